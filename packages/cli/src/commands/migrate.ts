import { type Prepared, prepare } from '@tokenward/core'
import { durationOf } from '../arguments/durations.ts'
import { takesStdin } from '../arguments/operands.ts'
import { STORE } from '../arguments/options.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { configSaysIt, optionsFor } from '../options.ts'
import { findingLines } from '../output/findings.ts'

const options = {
  ...STORE,
  issuer: {
    value: 'URL',
    help: 'of the application, with --store: another one in the same namespace is then found',
  },
  'max-lifetime': {
    value: 'DURATION',
    help: 'the longest lifetime of any token, with --store (default: 30d); raised, never lowered',
  },
  'dry-run': { help: 'changes nothing, and prints what would be done' },
} as const

export const migrate: Command = command({
  name: 'migrate',
  summary: 'makes or updates what the store needs: schema, grants, root record',
  usage: ['[--dry-run]', '--store URL [--max-lifetime 30d] [--pepper-file FILE] [--issuer URL]'],
  options,
  run: async ({ values, operands }, io) => {
    takesStdin(operands, 'migrate', false)
    const dryRun = values['dry-run'] === true
    const maxLifetime = durationOf('max-lifetime', values['max-lifetime'] ?? '30d')
    const { options, alone } = await optionsFor(values, io, {
      absent: dryRun ? 'rehearse' : 'make',
      alone: { lifetimes: { access: maxLifetime, refresh: maxLifetime, session: maxLifetime } },
    })
    for (const name of ['max-lifetime', 'issuer'] as const) {
      if (!alone && values[name] !== undefined) throw configSaysIt(name)
    }
    const prepared = await prepare(options, { dryRun })
    const json = { adapter: options.repository.name, dryRun, ...prepared }
    return {
      exitCode: EXIT.ok,
      json,
      text: (style) => [
        ...prepared.statements.map(terminated),
        `-- ${options.repository.name}: ${told(prepared, dryRun)}`,
        ...findingLines(prepared.findings, style).map((line) => `-- ${line}`),
      ],
    }
  },
})

/** An adapter also says in comments what it does not run: what to grant, for one. */
function isComment(statement: string): boolean {
  return statement.split('\n').every((line) => /^\s*(--|$)/.test(line))
}

function terminated(statement: string): string {
  return /;\s*$/.test(statement) || isComment(statement) ? statement : `${statement};`
}

function told({ statements, root }: Prepared, dryRun: boolean): string {
  const { length } = statements.filter((statement) => !isComment(statement))
  const count = `${length} statement${length === 1 ? '' : 's'}`
  if (dryRun) {
    const would = root === 'present' ? 'is present' : `would be ${root}`
    return `dry run, nothing was changed; ${count} to run; root ${would}`
  }
  return `${count} run; root ${root}`
}
