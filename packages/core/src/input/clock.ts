import { InvalidInput } from '../errors.ts'

/** Ms since 1970. Earlier is a clock that counts seconds; later one that counts µs. */
const EARLIEST_MS = Date.UTC(2001)
const LATEST_MS = Date.UTC(10_000)

/**
 * The one place where the application's clock is read: whole ms since 1970, or a failed call. A clock
 * that answers nonsense must not make a token active, nor a record that nobody can read again.
 * @throws InvalidInput
 */
export function createClock(source?: () => unknown): () => number {
  // Looked up at each call: a test may replace `Date` after this.
  const read = source ?? (() => Date.now())
  return () => {
    const now = answerOf(read)
    if (typeof now !== 'number' || !(now >= EARLIEST_MS && now <= LATEST_MS)) {
      throw new InvalidInput(
        'clock',
        'must answer the time in ms since 1970, as Date.now() does: a number from 2001 to 9999.',
      )
    }
    return Math.floor(now)
  }
}

function answerOf(read: () => unknown): unknown {
  try {
    return read()
  } catch (cause) {
    throw new InvalidInput('clock', 'threw an error; see the cause.', cause)
  }
}
