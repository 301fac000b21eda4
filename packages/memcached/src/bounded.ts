/**
 * The answer, or the signal's reason as soon as it fires.
 * @param givenUp called when it fires
 */
export async function bounded<T>(
  answer: Promise<T>,
  signal: AbortSignal,
  givenUp: () => void = () => {},
): Promise<T> {
  // It may be rejected when nobody waits for it any more.
  answer.catch(() => undefined)
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => {
    aborted.reject(signal.reason)
    givenUp()
  }
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([answer, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
