/**
 * Resolves or rejects like the promise, or rejects with the signal's reason as soon as it fires. The
 * promise may then settle unheard.
 * @param onAbort called when the signal fires first, for what must be released at once
 * @example await raceAbort(socket.reply(), signal, () => socket.destroy())
 */
export async function raceAbort<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  onAbort: () => void = () => undefined,
): Promise<T> {
  // It may reject when no caller waits for it any more.
  promise.catch(() => undefined)
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => {
    aborted.reject(signal.reason)
    onAbort()
  }
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/**
 * The calls under way on one client. Each ends as soon as its own signal fires, and all of them end
 * when the client is closed.
 */
export class ClientCalls {
  readonly #underWay = new Set<AbortController>()
  #closed: Error | null = null

  get isClosed(): boolean {
    return this.#closed !== null
  }

  /**
   * @param call gets a signal that fires with the caller's signal and on {@link close}. It must give up
   *   then; its result is not waited for.
   * @throws the reason of the signal, or the one that was passed to {@link close}
   */
  async run<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#closed) throw this.#closed
    signal.throwIfAborted()
    const ending = new AbortController()
    const abort = () => ending.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.#underWay.add(ending)
    try {
      return await raceAbort(call(ending.signal), ending.signal)
    } finally {
      signal.removeEventListener('abort', abort)
      this.#underWay.delete(ending)
    }
  }

  /** Rejects the calls under way and all later ones with `reason`; the first reason stays. */
  close(reason: Error): void {
    this.#closed ??= reason
    for (const ending of this.#underWay) ending.abort(this.#closed)
  }
}
