import type { Pruned, Tokenward } from '@tokenward/core'
import { countOf } from '../arguments/counts.ts'
import { takesStdin } from '../arguments/operands.ts'
import { STORE } from '../arguments/options.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionsFor } from '../options.ts'
import { showProgress } from '../output/progress.ts'
import { withWard } from '../ward.ts'

/** Of one call of core: after each of them the progress can be shown. */
const STRIDE = 1_000
/** The most that every store can be asked to count at once. */
const ALL = 2 ** 31 - 1
/** The most that is counted for a progress bar alone: a longer count would delay the work. */
const MAX_COUNTED = 1_000_000

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
  run: async ({ values, operands }, session) => {
    takesStdin(operands, 'prune', false)
    const dryRun = values['dry-run'] === true
    const limit = values.limit ? countOf('limit', values.limit, ALL) : ALL
    const { options } = await optionsFor(values, session)
    const pruned = await withWard(options, async (ward) => {
      if (dryRun) return ward.prune({ limit, dryRun })
      const display = session.progress
      const total = display.isTerminal ? await countPrunable(ward, limit) : null
      return pruneAll(ward, limit, showProgress({ display, total }))
    })
    const { deleted, more } = pruned
    const left = more ? ' (the limit; there may be more)' : ''
    const line = dryRun ? `would delete ${deleted}${left}` : `deleted ${deleted}${left}`
    return { exitCode: EXIT.ok, json: { dryRun, ...pruned }, text: () => [line] }
  },
})

/** `null`: more than are counted, or the store did not say. */
async function countPrunable(
  ward: Pick<Tokenward, 'prune'>,
  limit: number,
): Promise<number | null> {
  const counted = Math.min(limit, MAX_COUNTED)
  try {
    const { deleted, more } = await ward.prune({ limit: counted, dryRun: true })
    return more && counted < limit ? null : deleted
  } catch {
    return null
  }
}

export async function pruneAll(
  ward: Pick<Tokenward, 'prune'>,
  limit: number,
  progress: (deleted: number) => void,
): Promise<Pruned> {
  let deleted = 0
  let more = true
  while (more && deleted < limit) {
    const pruned = await ward.prune({ limit: Math.min(STRIDE, limit - deleted) })
    deleted += pruned.deleted
    more = pruned.more
    progress(deleted)
  }
  return { deleted, more }
}
