// I7: prune changes no result.
import type { History, Violation } from '../history.ts'

export function* prunes({ pruned, reverted }: History): Iterable<Violation> {
  if (reverted !== null) return
  for (const [before, after] of pruned) {
    const was = before.answer
    const is = after.answer
    if (was?.active === is?.active && was?.reason === is?.reason) continue
    yield {
      invariant: 'I7 prune changes no result',
      message: `${before.token?.name} was ${was?.reason ?? 'active'} before a prune and ${is?.reason ?? 'active'} after it`,
    }
  }
}
