import type { Resealed, ResealOptions, Tokenward } from '@tokenward/core'
import { SEALING, STORE } from '../arguments/spec.ts'
import { parseCount, refuseOperands } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import type { ProgressDisplay } from '../io.ts'
import { type KeyUsage, keyUsage, keyUsageLines } from '../key-usage.ts'
import { printable } from '../output/format.ts'
import { throttledProgress } from '../output/progress.ts'
import type { Style } from '../output/style.ts'
import { resolveOptions } from '../resolve-options.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const MAX_LIMIT = 2 ** 31 - 1

const options = {
  ...STORE,
  ...SEALING,
  limit: { value: 'N', help: 'look at no more than this many records (default: all)' },
  cursor: { value: 'KEY', help: 'continue an earlier call, with the cursor it printed' },
  'dry-run': { help: 'change nothing: count' },
} as const

export const reseal: Command = command({
  name: 'reseal',
  summary: 'seal with the first key what earlier keys have sealed; then those may be removed',
  usage: ['[--dry-run] [--limit N] [--cursor KEY] [--key-file FILE --key-file FILE]'],
  examples: [
    '',
    '--dry-run',
    '--store sqlite:tokens.db --key-file seal-2026.json --key-file seal-2025.json',
  ],
  options,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'reseal')
    const dryRun = values['dry-run'] === true
    const limit = values.limit && parseCount('limit', values.limit, MAX_LIMIT)
    const scope = { ...(limit && { limit }), ...(values.cursor && { cursor: values.cursor }) }
    const { options } = await resolveOptions(values, io)
    const { sealing } = options
    if (sealing === undefined) throw withoutKeys()
    const signal = io.interruption()
    const request = { ...scope, dryRun, signal }
    const resealed = await withPreparedStore(options, (tokens) =>
      resealWithProgress(tokens, request, io.progress, values.json === true),
    )
    // A cursor that was given leaves out the records before it.
    const isWhole = resealed.cursor === undefined && scope.cursor === undefined
    const usage = keyUsage(sealing, resealed, isWhole)
    const interrupted = signal.aborted && resealed.cursor !== undefined
    return {
      exitCode: interrupted ? EXIT.unavailable : EXIT.ok,
      json: { dryRun, interrupted, ...resealed, sealingKeys: usage },
      text: (style) => resultLines(resealed, usage, dryRun, style),
      notes: resultNotes(resealed, isWhole, interrupted),
    }
  },
})

function withoutKeys(): UsageError {
  return new UsageError(
    "reseal needs the sealing keys, the new one first: add --key-file FILE for each, or the option 'sealing' to the config.",
  )
}

/** On a terminal the records are counted first, for the bar and the time left. */
async function resealWithProgress(
  tokens: Tokenward,
  request: ResealOptions,
  display: ProgressDisplay,
  json: boolean,
): Promise<Resealed> {
  const run = (options: ResealOptions, action: string, total: number | null): Promise<Resealed> => {
    const progress = throttledProgress({ display, action, total, json })
    const onProgress: ResealOptions['onProgress'] = ({ scanned, resealed }) =>
      progress(scanned, options.dryRun ? {} : { resealed })
    return tokens.reseal({ ...options, onProgress })
  }
  if (request.dryRun || !display.isTerminal) return run(request, 'scanned', null)
  const { scanned } = await run({ ...request, dryRun: true }, 'counted', null)
  return run(request, 'scanned', scanned)
}

function resultLines(
  { scanned, resealed }: Resealed,
  usage: readonly KeyUsage[],
  dryRun: boolean,
  style: Style,
): readonly string[] {
  const action = dryRun ? 'would reseal' : 'resealed'
  return [`${action} ${resealed} of ${scanned} records`, ...keyUsageLines(usage, style)]
}

function resultNotes(
  { cursor, unreadable }: Resealed,
  isWhole: boolean,
  interrupted: boolean,
): readonly string[] {
  const toContinue = `To continue, add --cursor ${printable(cursor ?? '')} to the same command.`
  return [
    ...(unreadable > 0
      ? [`Cannot be opened: ${unreadable}. The key is missing, or the text was changed.`]
      : []),
    ...(interrupted ? ['Interrupted; what is resealed stays so.'] : []),
    ...(cursor === undefined ? [] : [toContinue]),
    ...(cursor === undefined && !isWhole
      ? ['Only the records after the cursor were looked at; for all of them, omit --cursor.']
      : []),
  ]
}
