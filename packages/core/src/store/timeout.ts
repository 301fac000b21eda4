interface Host {
  setImmediate?: (task: () => void) => unknown
}

/**
 * Calls `task` after `ms` and one more turn of the event loop. If the thread was blocked for longer than
 * `ms`, the replies that arrived meanwhile are handled first, and are not lost.
 * @returns a function that cancels it
 */
export function afterDeadline(ms: number, task: () => void): () => void {
  let cancelled = false
  // Node warns of a negative time.
  const timer = setTimeout(() => afterThisTurn(() => cancelled || task()), Math.max(ms, 0))
  return () => {
    cancelled = true
    clearTimeout(timer)
  }
}

/** Calls `task` after the network replies of this turn were handled, if the host has `setImmediate`. */
export function afterThisTurn(task: () => void): void {
  const { setImmediate } = globalThis as Host
  if (setImmediate) setImmediate(task)
  else setTimeout(task, 0)
}

/** Lets other work go on for `ms`, and for one turn of the event loop at least. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => afterDeadline(ms, resolve))
}

/** Lets other work go on: timers and network replies. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => afterThisTurn(resolve))
}
