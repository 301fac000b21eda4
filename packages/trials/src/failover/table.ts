import type { Losses } from './losses.ts'
import type { Report } from './run-scenario.ts'

const COLUMNS = [
  'store',
  'acknowledged revocations lost',
  'lost where the replicas are 300 ms behind',
  'serves again after',
  'wrong accepts by a deposed primary',
  '`failover`',
  '`deposed-primary`',
]

/** The table of `docs/failover.md`. */
export function tableOf(reports: readonly Report[]): string {
  const rows = reports.map(({ scenario, server, killed, behind, deposed, cases }) => [
    `${scenario.title} (${server})`,
    lossesOf(killed),
    behind ? lossesOf(behind) : 'not possible: it waits for a majority',
    [killed, ...(behind ? [behind] : [])].map(({ outageMs }) => seconds(outageMs)).join(' and '),
    deposed.accepted === 0
      ? `0 of ${deposed.revoked}`
      : `${deposed.accepted} of ${deposed.revoked}, the last one after ${seconds(deposed.lastMs)}`,
    ...cases.map(({ status }) => status),
  ])
  return [COLUMNS, COLUMNS.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function lossesOf({ lost, acknowledged }: Losses): string {
  return `${lost} of ${acknowledged}`
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

/** What was promised and not kept. */
export function problemsOf({ scenario, killed, behind, deposed, cases }: Report): string[] {
  const { title, keepsWrites, isFenced } = scenario
  const losses = [killed, ...(behind ? [behind] : [])]
  const passes = (name: string) => cases.find((each) => each.name === name)?.status === 'passed'
  const checks: readonly (readonly [isKept: boolean, promise: string])[] = [
    [!keepsWrites || losses.every(({ lost }) => lost === 0), 'keeps acknowledged revocations'],
    [!keepsWrites || passes('failover'), 'passes the case failover'],
    [!isFenced || deposed.accepted === 0, 'accepts nothing by a deposed primary'],
    [!(isFenced && keepsWrites) || passes('deposed-primary'), 'passes the case deposed-primary'],
    [
      losses.every(({ acceptedAfterRevokeAll }) => acceptedAfterRevokeAll === 0),
      'accepts nothing after revoke({ everything: true })',
    ],
  ]
  return checks.filter(([isKept]) => !isKept).map(([, promise]) => `${title}: not kept: ${promise}`)
}
