import type { Tokenward } from '@tokenward/core'
import { countOf } from '../arguments/counts.ts'
import { takesStdin } from '../arguments/operands.ts'
import { STORE } from '../arguments/options.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionsFor } from '../options.ts'
import { showProgress } from '../output/progress.ts'
import { withTokenward } from '../with-tokenward.ts'

/** A dry run counts all, where core by itself would stop earlier. */
const ALL = 2 ** 31 - 1

const options = {
  ...STORE,
  limit: { value: 'N', help: 'at most so many (default: all that can go)' },
  'dry-run': { help: 'deletes nothing, and counts' },
} as const

export const prune: Command = command({
  name: 'prune',
  summary: 'deletes what no answer needs any more, in small batches',
  usage: ['[--limit N]', '--dry-run'],
  options,
  run: async ({ values, operands }, io) => {
    takesStdin(operands, 'prune', false)
    const dryRun = values['dry-run'] === true
    const limited = values.limit ? { limit: countOf('limit', values.limit, ALL) } : {}
    const { options } = await optionsFor(values, io)
    const pruned = await withTokenward(options, async (instance) => {
      if (dryRun) return instance.prune({ limit: ALL, ...limited, dryRun })
      const display = io.progress
      const total = display.isTerminal ? await countPrunable(instance, limited) : null
      return instance.prune({ ...limited, onProgress: showProgress({ display, total }) })
    })
    const { deleted, more } = pruned
    const left = more ? ' (the limit; there may be more)' : ''
    const line = dryRun ? `would delete ${deleted}${left}` : `deleted ${deleted}${left}`
    return { exitCode: EXIT.ok, json: { dryRun, ...pruned }, text: () => [line] }
  },
})

/** For the progress bar alone. `null`: more than core counts, or the store did not answer in time. */
async function countPrunable(
  instance: Tokenward,
  limited: { limit?: number },
): Promise<number | null> {
  try {
    const { deleted, more } = await instance.prune({ ...limited, dryRun: true })
    return more && deleted !== limited.limit ? null : deleted
  } catch {
    return null
  }
}
