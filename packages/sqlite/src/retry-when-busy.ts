import { setTimeout as pause } from 'node:timers/promises'
import { isBusy, withHelp } from './errors.ts'

const MAX_PAUSE_MS = 16

/**
 * Repeats the work while another connection holds a lock on the file. SQLite's own waiting
 * (`busy_timeout`) would block the whole thread, and no deadline could be kept; so it is off, and
 * the pauses are made here. Work that failed has changed nothing: it is a whole transaction.
 */
export async function retryWhileBusy<T>(work: () => T, signal: AbortSignal): Promise<T> {
  for (let maxPauseMs = 1; ; maxPauseMs = Math.min(maxPauseMs * 2, MAX_PAUSE_MS)) {
    signal.throwIfAborted()
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw withHelp(error)
    }
    // Random, so that processes that collided once do not keep colliding.
    await pause(Math.random() * maxPauseMs)
  }
}
