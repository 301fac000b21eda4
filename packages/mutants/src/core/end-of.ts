// Tests replace them.
const { setTimeout, clearTimeout } = globalThis
export const now: () => number = performance.now.bind(performance)

/** Runs the body of a test, and does not wait for one that hangs. Never rejects. */
export async function endOf(
  body: () => Promise<void>,
  limitMs: number,
): Promise<'passed' | 'killed' | 'timeout'> {
  const late = Promise.withResolvers<'timeout'>()
  const timer = setTimeout(() => late.resolve('timeout'), limitMs)
  const ended = body().then(
    () => 'passed' as const,
    (error: unknown) => (isSkip(error) ? ('passed' as const) : ('killed' as const)),
  )
  try {
    return await Promise.race([ended, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** A case of the suite that does not apply skips itself. */
function isSkip(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'VITEST_PENDING'
}
