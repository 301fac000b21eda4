import type { Tokenward } from '@tokenward/core'
import { STORE } from '../arguments/spec.ts'
import { parseCount, refuseOperands } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import type { ProgressDisplay } from '../io.ts'
import { throttledProgress } from '../output/progress.ts'
import { resolveOptions } from '../resolve-options.ts'
import { withPreparedStore } from '../with-tokenward.ts'

/** Passed explicitly to a dry run, where core's own default is lower. */
const MAX_LIMIT = 2 ** 31 - 1

const options = {
  ...STORE,
  limit: { value: 'N', help: 'at most this many (default: all that are due)' },
  'dry-run': { help: 'delete nothing: count' },
} as const

export const prune: Command = command({
  name: 'prune',
  summary: 'delete expired records that no verification needs any more',
  usage: ['[--limit N] [--dry-run]'],
  examples: ['', '--dry-run', '--limit 100000 --store sqlite:tokens.db'],
  options,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'prune')
    const dryRun = values['dry-run'] === true
    const limited = values.limit ? { limit: parseCount('limit', values.limit, MAX_LIMIT) } : {}
    const { options } = await resolveOptions(values, io)
    const pruned = await withPreparedStore(options, async (tokens) => {
      if (dryRun) return tokens.prune({ limit: MAX_LIMIT, ...limited, dryRun })
      const display = io.progress
      const total = display.isTerminal ? await countPrunable(tokens, limited) : null
      return tokens.prune({ ...limited, onProgress: progressOf(display, total) })
    })
    const { deleted, more } = pruned
    const line = `${dryRun ? 'would delete' : 'deleted'} ${deleted}`
    const limitReached = more ? ' (limit reached; there may be more)' : ''
    return {
      exitCode: EXIT.ok,
      json: { dryRun, ...pruned },
      text: () => [line + limitReached],
    }
  },
})

function progressOf(display: ProgressDisplay, total: number | null): (count: number) => void {
  const progress = throttledProgress({ display, action: 'deleted', total })
  return (count) => progress(count)
}

/** For the progress bar alone. `null`: more than core counts, or the store did not reply in time. */
async function countPrunable(
  tokens: Tokenward,
  limited: { limit?: number },
): Promise<number | null> {
  try {
    const { deleted, more } = await tokens.prune({ ...limited, dryRun: true })
    return more && deleted !== limited.limit ? null : deleted
  } catch {
    return null
  }
}
