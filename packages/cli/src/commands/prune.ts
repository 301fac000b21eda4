import type { Pruned, Tokenward } from '@tokenward/core'
import { countOf } from '../arguments/counts.ts'
import { takesStdin } from '../arguments/operands.ts'
import { STORE } from '../arguments/options.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionsFor } from '../options.ts'
import { everySoOften } from '../output/progress.ts'
import { withWard } from '../ward.ts'

/** One call of core, between two looks at the clock. */
const STRIDE = 10_000
/** The most that every store can be asked to count at once. */
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
  run: async ({ values, operands }, session) => {
    takesStdin(operands, 'prune', false)
    const dryRun = values['dry-run'] === true
    const limit = values.limit ? countOf('limit', values.limit, ALL) : ALL
    const progress = everySoOften((deleted) => session.remark(`${deleted} deleted so far`))
    const { options } = await optionsFor(values, session)
    const pruned = await withWard(options, (ward) =>
      dryRun ? ward.prune({ limit, dryRun }) : pruneAll(ward, limit, progress),
    )
    const { deleted, more } = pruned
    const left = more ? ' (the limit; there may be more)' : ''
    const line = dryRun ? `would delete ${deleted}${left}` : `deleted ${deleted}${left}`
    return { exitCode: EXIT.ok, json: { dryRun, ...pruned }, text: () => [line] }
  },
})

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
