/** What {@link keepSubscribed} needs. */
export interface SubscriptionOptions {
  /**
   * Subscribes and delivers changes; calls `onSubscribed` when no later change is missed. Rejects when
   * the connection breaks, and as soon as the signal fires.
   */
  subscribe(signal: AbortSignal, onSubscribed: () => void): Promise<never>
  /** Fires when the repository closes. */
  readonly closing: AbortSignal
  /** ms for the first attempt, which decides whether the subscription starts. */
  readonly startTimeoutMs: number
  /** ms for each later attempt: a server that is gone must not delay the next one. */
  readonly reconnectTimeoutMs: number
  /** The reason of an attempt that took too long. */
  noAnswer(timeoutMs: number): Error
}

const RECONNECT_DELAY_MS = 250

/**
 * Keeps a subscription alive: subscribes again whenever the connection breaks, until it is stopped or
 * the repository closes. For drivers that do not reconnect.
 * @returns resolves once subscribed, with a function that stops it
 * @throws what the first attempt failed with
 */
export async function keepSubscribed(options: SubscriptionOptions): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const stopped = AbortSignal.any([stopping.signal, options.closing])
  const subscribed = Promise.withResolvers<void>()
  const ended = repeat(options, stopped, subscribed)
  await subscribed.promise
  return async () => {
    stopping.abort()
    await ended
  }
}

async function repeat(
  options: SubscriptionOptions,
  stopped: AbortSignal,
  subscribed: PromiseWithResolvers<void>,
): Promise<void> {
  let wasSubscribed = false
  const onSubscribed = () => {
    wasSubscribed = true
    subscribed.resolve()
  }
  for (;;) {
    const error = await attempt(options, stopped, wasSubscribed, onSubscribed)
    if (!wasSubscribed) return subscribed.reject(error)
    if (stopped.aborted) return
    await pause(RECONNECT_DELAY_MS, stopped)
  }
}

/** @returns why it ended */
async function attempt(
  { subscribe, startTimeoutMs, reconnectTimeoutMs, noAnswer }: SubscriptionOptions,
  stopped: AbortSignal,
  wasSubscribed: boolean,
  onSubscribed: () => void,
): Promise<unknown> {
  const timeoutMs = wasSubscribed ? reconnectTimeoutMs : startTimeoutMs
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(noAnswer(timeoutMs)), timeoutMs)
  const signal = AbortSignal.any([stopped, timeout.signal])
  try {
    signal.throwIfAborted()
    return await subscribe(signal, () => {
      clearTimeout(timer)
      onSubscribed()
    })
  } catch (error) {
    return error
  } finally {
    clearTimeout(timer)
  }
}

/** Does not keep the process alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(end, ms)
    ;(timer as { unref?(): void }).unref?.()
    signal.addEventListener('abort', end, { once: true })
    function end(): void {
      clearTimeout(timer as number)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
