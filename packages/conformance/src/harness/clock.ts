/** An instance's clock in ms since 1970. It only moves when a case moves it. */
export interface TestClock {
  (): number
  /** @param ms may be negative */
  advance(ms: number): void
  set(instant: number): void
}

/**
 * @param start default: now. Stores count retention on their own clock, so a test clock far in the past
 * would make every record expired.
 */
export function testClock(start: number = Date.now()): TestClock {
  let now = start
  return Object.assign(() => now, {
    advance(ms: number) {
      now += ms
    },
    set(instant: number) {
      now = instant
    },
  })
}

/** The same time on a machine whose clock differs. */
export function shifted(clock: () => number, ms: number): () => number {
  return () => clock() + ms
}

/** Waits until `Date.now()` is about at the instant; for one turn of the event loop where that is past. */
export async function untilInstant(instant: number): Promise<void> {
  // A busy machine may be late, and Node warns of a negative time.
  const ms = Math.max(instant - Date.now(), 0)
  await new Promise((resolve) => setTimeout(resolve, ms))
}

export const SECOND = 1_000
export const MINUTE: number = 60 * SECOND
export const HOUR: number = 60 * MINUTE
export const DAY: number = 24 * HOUR
