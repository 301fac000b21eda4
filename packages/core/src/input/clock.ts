import { InvalidInput } from '../errors.ts'

/** In ms since 1970. An earlier time is a clock that counts seconds, a later one a clock that counts µs. */
const EARLIEST_MS = Date.UTC(2001)
const LATEST_MS = Date.UTC(10_000)

/**
 * The only place where the application's clock is read. Returns whole ms since 1970, and throws for any
 * other value: it could make a token active, or a record that cannot be decoded.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function createClock(source?: () => unknown): () => number {
  // Looked up at each call: a test may replace `Date` later.
  const read = source ?? (() => Date.now())
  return () => {
    const now = callClock(read)
    if (typeof now !== 'number' || !(now >= EARLIEST_MS && now <= LATEST_MS)) {
      throw new InvalidInput(
        'clock',
        'must return the time in ms since 1970, as Date.now() does, from the year 2001 to 9999.',
      )
    }
    return Math.floor(now)
  }
}

function callClock(read: () => unknown): unknown {
  try {
    return read()
  } catch (cause) {
    throw new InvalidInput('clock', 'threw an error: see the cause.', cause)
  }
}
