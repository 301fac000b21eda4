/** Unhandled errors, from the start of a run to its end. */
export interface UnhandledErrors {
  readonly errors: readonly unknown[]
  stop(): void
}

interface Host {
  on(event: string, listener: (error: unknown) => void): unknown
  off(event: string, listener: (error: unknown) => void): unknown
}

const MOST = 20

/** Listens in addition to the test runner's own listeners, which still see every error. */
export function watchUnhandledErrors(host: Host = process): UnhandledErrors {
  const errors: unknown[] = []
  const keep = (error: unknown) => {
    // The first errors are enough; thousands would only use memory.
    if (errors.length < MOST) errors.push(error)
  }
  host.on('unhandledRejection', keep)
  host.on('uncaughtExceptionMonitor', keep)
  return {
    errors,
    stop() {
      host.off('unhandledRejection', keep)
      host.off('uncaughtExceptionMonitor', keep)
    },
  }
}

/**
 * Marks a call as handled whose result is awaited later, so that a case that fails earlier reports one
 * failure and no unhandled rejection.
 */
export function handleLater<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined)
  return call
}

/** Waits until all calls have ended before it reports the first failure. */
export async function allOf<T>(calls: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(calls)
  return await Promise.all(calls)
}

/** Lets all ready tasks run: Node reports a rejection after the turn in which it happened. */
export async function eventLoopTurns(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}
