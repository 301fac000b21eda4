import type { Random } from '../harness/random.ts'

/** What a client waits for between its calls. */
export type ThinkTime = (random: Random) => Promise<void>

/**
 * One for all clients of a process: those that wait for the next turn of the loop go on in one and
 * the same, so that they meet there. Each alone would have ended its call before the next woke up.
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
    // Who goes first among those that woke up together.
    for (let steps = random.below(4); steps > 0; steps--) await undefined
  }
}
