import type { Random } from '../harness/random.ts'

/** How long a client waits between its calls. */
export type ThinkTime = (random: Random) => Promise<void>

/**
 * One for all clients of a process: those that wait for the next turn of the event loop continue in the
 * same one, so that they overlap there. Otherwise each would end its call before the next began.
 */
export function sharedThinkTime(): ThinkTime {
  let turn: Promise<void> | null = null
  const nextTurn = () => {
    turn ??= new Promise((go) => {
      setImmediate(() => {
        turn = null
        go()
      })
    })
    return turn
  }
  return async (random) => {
    if (random.chance(0.3)) await nextTurn()
    // The order of clients that continue in the same turn.
    for (let steps = random.below(4); steps > 0; steps--) await undefined
  }
}
