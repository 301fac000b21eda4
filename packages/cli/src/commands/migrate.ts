import { type Prepared, prepare, type TokenwardOptions } from '@tokenward/core'
import { STORE } from '../arguments/spec.ts'
import { parseDuration, refuseOperands } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { findingLines } from '../output/format.ts'
import type { Style } from '../output/style.ts'
import { conflictsWithConfig, resolveOptions } from '../resolve-options.ts'

const options = {
  ...STORE,
  issuer: {
    value: 'URL',
    help: 'issuer URL of the application, to detect another one in the namespace (with --store)',
  },
  'max-lifetime': {
    value: 'DURATION',
    help: 'maximum lifetime of any token (with --store; default: 30d); never lowered',
  },
  'dry-run': { help: 'change nothing: print the statements' },
} as const

export const migrate: Command = command({
  name: 'migrate',
  summary: 'create or update the schema, the grants and the root record',
  usage: [
    '[--config FILE] [--dry-run]',
    '--store URL [--max-lifetime DURATION] [--pepper-file FILE] [--issuer URL] [--dry-run]',
  ],
  examples: ['', '--dry-run', '--store sqlite:tokens.db --max-lifetime 90d'],
  options,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'migrate')
    const dryRun = values['dry-run'] === true
    const maxLifetime = parseDuration('max-lifetime', values['max-lifetime'] ?? '30d')
    const { options, fromUrl } = await resolveOptions(values, io, {
      ifMissing: dryRun ? 'dry-run' : 'create',
      withUrl: { lifetimes: { access: maxLifetime, refresh: maxLifetime, session: maxLifetime } },
    })
    for (const name of ['max-lifetime', 'issuer'] as const) {
      if (!fromUrl && values[name] !== undefined) throw conflictsWithConfig(name)
    }
    const prepared = await prepare(options, { dryRun })
    return {
      exitCode: EXIT.ok,
      json: { adapter: options.repository.name, dryRun, ...prepared },
      text: (style) => scriptLines(options, prepared, dryRun, style),
    }
  },
})

/** A script for the store's own shell: all that is not a statement is a comment. */
function scriptLines(
  { repository }: TokenwardOptions,
  prepared: Prepared,
  dryRun: boolean,
  style: Style,
): readonly string[] {
  return [
    ...prepared.statements.map(terminated),
    `-- ${repository.name}: ${summary(prepared, dryRun)}`,
    ...findingLines(prepared.findings, style).map((line) => `-- ${line}`),
  ]
}

/** An adapter also returns comments for what it does not run itself, such as grants. */
function isComment(statement: string): boolean {
  return statement.split('\n').every((line) => /^\s*(--|$)/.test(line))
}

function terminated(statement: string): string {
  return /;\s*$/.test(statement) || isComment(statement) ? statement : `${statement};`
}

const ROOT_CHANGES: Readonly<Record<Exclude<Prepared['root'], 'present'>, string>> = {
  made: 'created',
  raised: 'updated (longer maximum lifetime)',
  leased: 'updated (another lease)',
  replaced: 'replaced',
}

function summary({ statements, root }: Prepared, dryRun: boolean): string {
  const { length } = statements.filter((statement) => !isComment(statement))
  const count = `${length} statement${length === 1 ? '' : 's'}`
  const change = root === 'present' ? 'present' : ROOT_CHANGES[root]
  if (!dryRun) return `${count} applied; root record ${change}`
  const planned = root === 'present' ? change : `would be ${change}`
  return `dry run, nothing changed; ${count} to apply; root record ${planned}`
}
