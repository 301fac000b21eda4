import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { isTokenwardError } from '@tokenward/core'
import { SEALING, STORE, type Values } from '../arguments/spec.ts'
import { parseCount } from '../arguments/values.ts'
import { type Command, type CommandResult, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printable } from '../output/format.ts'
import { createFile } from '../output/new-file.ts'
import { throttledProgress } from '../output/progress.ts'
import { LARGEST_CLOCK_TOLERANCES, resolveOptions } from '../resolve-options.ts'
import { type Imported, type ImportRequest, importLines } from '../transfer/import-lines.ts'
import { appendLines, TokensFile } from '../transfer/output-file.ts'
import { countLines, openFile } from '../transfer/read-lines.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const MAX_LINE = 2 ** 31 - 1

const options = {
  ...STORE,
  ...SEALING,
  issuer: { value: 'URL', help: 'issuer of lines that name none (default: from config)' },
  file: { value: 'FILE', help: 'read the lines from this file (default: from stdin)' },
  'from-line': { value: 'N', help: 'begin with this line, to continue an earlier call' },
  rejected: { value: 'FILE', help: 'write the lines that cannot be imported to a new file' },
  tokens: {
    value: 'FILE',
    help: 'start the sessions among the lines, and append their refresh tokens to this file',
  },
  'dry-run': { help: 'change nothing: check the lines, and count' },
} as const

export const importCommand: Command = command({
  name: 'import',
  summary: 'revoke what another system has revoked, and start its sessions; JSON Lines',
  usage: [
    '[--dry-run] [--from-line N] [--rejected FILE] [--tokens FILE] < FILE',
    '--file FILE [--dry-run] [--from-line N] [--rejected FILE] [--tokens FILE]',
  ],
  examples: [
    '--file revoked.jsonl --dry-run',
    '--file revoked.jsonl --rejected rejected.jsonl',
    '--file sessions.jsonl --tokens refresh-tokens.jsonl',
    '--store sqlite:tokens.db --issuer https://api.example.com - < revoked.jsonl',
  ],
  options,
  run: async ({ values, operands }, io) => {
    refuseContradictions(values, operands)
    const { options } = await resolveOptions(values, io, { withUrl: LARGEST_CLOCK_TOLERANCES })
    const imported = await withPreparedStore(options, async (tokens) =>
      importLines(tokens, await requestOf(values, io)),
    )
    const { error } = imported
    // What is wrong with the set-up does not go away by itself.
    if (error !== undefined && !(isTokenwardError(error) && error.retryable)) throw error
    return resultOf(imported, values['dry-run'] === true, io)
  },
})

type ImportValues = Values<typeof options> & { readonly json?: true }

function refuseContradictions(values: ImportValues, operands: readonly string[]): void {
  const { file, store, issuer, tokens } = values
  const isStdin = operands.length === 1 && operands[0] === '-' && file === undefined
  if (operands.length > 0 && !isStdin) {
    throw new UsageError('import reads stdin or --file FILE. See: tokenward help import')
  }
  if (store !== undefined && issuer === undefined) {
    throw new UsageError('--issuer is required with --store.')
  }
  if (store !== undefined && tokens !== undefined) {
    throw new UsageError('--tokens needs a config, which has the key that signs: omit --store.')
  }
  if (store === undefined && issuer !== undefined) {
    throw new UsageError('--issuer cannot be used with a config file; write it into the lines.')
  }
}

async function requestOf(values: ImportValues, io: Io): Promise<ImportRequest> {
  const pathOf = (name: string) => resolve(io.cwd, name)
  const { file, rejected, tokens } = values
  const open = (): Promise<Readable> | Readable =>
    file === undefined ? io.stdin() : openFile('file', pathOf(file))
  const input = await open()
  const isCounted = file !== undefined && io.progress.isTerminal
  const total = isCounted ? await countLines(await open()) : null
  if (rejected !== undefined) createFile({ option: 'rejected', path: pathOf(rejected) })
  const firstLine = parseCount('from-line', values['from-line'] ?? '1', MAX_LINE)
  return {
    input,
    firstLine,
    dryRun: values['dry-run'] === true,
    signal: io.interruption(),
    tokensFile: tokens === undefined ? null : new TokensFile(pathOf(tokens)),
    onProgress: throttledProgress({
      display: io.progress,
      action: values['dry-run'] ? 'checked' : 'imported',
      total: total === null ? null : Math.max(total - firstLine + 1, 0),
      json: values.json === true,
    }),
    onBadLine: (text) => {
      if (rejected !== undefined) appendLines(pathOf(rejected), [text])
    },
  }
}

function resultOf(imported: Imported, dryRun: boolean, io: Io): CommandResult {
  const { counts, bad, nextLine, error } = imported
  const findings = bad.length === 0 ? EXIT.ok : EXIT.findings
  return {
    exitCode: nextLine === undefined ? findings : EXIT.unavailable,
    json: {
      dryRun,
      ...counts,
      bad,
      ...(nextLine !== undefined && { nextLine, interrupted: error === undefined }),
      ...(isTokenwardError(error) && { error: { code: error.code, message: error.message } }),
    },
    text: () => [countsLine(imported, dryRun)],
    notes: [
      ...bad.map(({ line, message }) => `line ${line}: ${printable(message)}`),
      ...(nextLine === undefined
        ? []
        : [
            ...(error ? io.describeFailure(error) : ['Interrupted.']),
            'What is imported stays so.',
            `To continue, add --from-line ${nextLine} to the same command.`,
          ]),
    ],
  }
}

function countsLine({ counts, bad }: Imported, dryRun: boolean): string {
  const { lines, revoked, alreadyRevoked, expired, sessions, alreadyImported } = counts
  const others = Object.entries({
    'revoked already': alreadyRevoked,
    'expired, not needed': expired,
    'sessions started': sessions,
    'sessions imported already': alreadyImported,
    'cannot be imported': bad.length,
  }).filter(([, count]) => count > 0)
  const parts = [`${revoked} revoked`, ...others.map(([name, count]) => `${count} ${name}`)]
  return `${dryRun ? 'would import' : 'imported'} ${lines} lines: ${parts.join(', ')}`
}
