import { setTimeout as pause } from 'node:timers/promises'

/** Only what hangs takes as long. */
const LIMIT_MS = 120_000
const INTERVAL_MS = 20

/** Repeats the attempt until it resolves. @throws its last error, after two minutes */
export async function until<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + LIMIT_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await pause(INTERVAL_MS)
    }
  }
}
