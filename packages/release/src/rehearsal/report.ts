import type { Budget } from './budgets.ts'
import type { Trial } from './trial.ts'

export interface Report {
  readonly version: string
  /** Sizes in kB, by package. */
  readonly sizes: Readonly<Record<string, Budget>>
  readonly trials: readonly Trial[]
  readonly problems: readonly string[]
}

/** The report as Markdown. */
export function describeReport({ version, sizes, trials, problems }: Report): string {
  const names = [...new Set(trials.map((trial) => trial.package))]
  const used = [...new Set(trials.map(({ manager }) => manager))]
  const rows = names.map((name) => {
    const own = trials.filter((trial) => trial.package === name)
    const cells = used.map((manager) =>
      describeTrial(own.find((trial) => trial.manager === manager)),
    )
    const installed = own.find((trial) => trial.installed)?.installed
    const { tarball, install } = sizes[name] ?? {}
    return [name, own[0]?.server ?? '', tarball, install, installed?.packages, ...cells].join(' | ')
  })
  const header = [
    'package',
    'server',
    'tarball, kB',
    'installed, kB',
    'packages',
    ...used.map((name) => `${name}, s`),
  ]
  return [
    `# Rehearsal of ${version}`,
    `Seconds from an empty folder to the end of the example of the README (of a new project: to its first failing
test, as expected), in parentheses those of the installation.`,
    [header.join(' | '), header.map(() => '---').join(' | '), ...rows]
      .map((row) => `| ${row} |`)
      .join('\n'),
    ...describePins(trials),
    problems.length === 0
      ? 'No problems.'
      : `## Problems\n\n${problems.map((each) => `- ${each}`).join('\n')}`,
    '',
  ].join('\n\n')
}

/** What a reader of a README gets in other versions. */
function describePins(trials: readonly Trial[]): readonly string[] {
  const pins = Object.entries(Object.assign({}, ...trials.map((trial) => trial.pins)))
  if (pins.length === 0) return []
  const list = pins.map(([name, version]) => `${name} ${version}`).join(', ')
  return [
    `The development tools of others had the versions of the catalog; a reader gets the newest ones: ${list}.`,
  ]
}

function describeTrial(trial: Trial | undefined): string {
  if (!trial) return ''
  return trial.failure === undefined ? `${trial.seconds} (${trial.installSeconds})` : 'failed'
}
