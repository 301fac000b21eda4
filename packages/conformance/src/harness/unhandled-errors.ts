/** Errors that nobody caught, from the start of a run to its end. */
export interface UnhandledErrors {
  readonly errors: readonly unknown[]
  stop(): void
}

interface Host {
  on(event: string, listener: (error: unknown) => void): unknown
  off(event: string, listener: (error: unknown) => void): unknown
}

const MOST = 20

/** Looks on beside the test runner's own listeners; it takes nothing from them. */
export function watchUnhandledErrors(host: Host = process): UnhandledErrors {
  const errors: unknown[] = []
  const keep = (error: unknown) => {
    // The first ones tell the story; thousands would only take memory.
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
 * A call whose outcome is looked at later: a case that fails before then is one failure, and not an
 * unhandled rejection too.
 */
export function handleLater<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined)
  return call
}

/** Lets everything run that is ready to: Node reports a rejection after the turn it happened in. */
export async function eventLoopTurns(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}
