import { setTimeout as pause } from 'node:timers/promises'
import { explained, isBusy } from './faults.ts'

const LONGEST_PAUSE = 16

/**
 * Does the work as soon as nobody else holds a lock on the file. SQLite's own waiting
 * (`busy_timeout`) would stop the whole thread, and no deadline could be kept; so it is off, and
 * the pauses are made here. Work that was refused has changed nothing: it is a whole transaction.
 */
export async function whenFree<T>(work: () => T, signal: AbortSignal): Promise<T> {
  for (let longest = 1; ; longest = Math.min(longest * 2, LONGEST_PAUSE)) {
    signal.throwIfAborted()
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw explained(error)
    }
    // By chance, so that processes that met once do not go on meeting.
    await pause(Math.random() * longest)
  }
}
