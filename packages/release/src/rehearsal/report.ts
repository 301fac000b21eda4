import type { Budget } from './budgets.ts'
import type { Trial } from './try-package.ts'

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
    'Seconds from an empty folder to the end of the example of the README, in parentheses those of the installation.',
    [header.join(' | '), header.map(() => '---').join(' | '), ...rows]
      .map((row) => `| ${row} |`)
      .join('\n'),
    problems.length === 0
      ? 'No problems.'
      : `## Problems\n\n${problems.map((each) => `- ${each}`).join('\n')}`,
    '',
  ].join('\n\n')
}

function describeTrial(trial: Trial | undefined): string {
  if (!trial) return ''
  return trial.failure === undefined ? `${trial.seconds} (${trial.installSeconds})` : 'failed'
}
