interface Host {
  setImmediate?: (task: () => void) => unknown
}

/**
 * Calls `task` after `ms`, and one turn of the event loop later: where the thread was busy for longer
 * than that, answers that have arrived meanwhile are used and not thrown away.
 * @returns what cancels it
 */
export function afterDeadline(ms: number, task: () => void): () => void {
  let cancelled = false
  const timer = setTimeout(() => afterThisTurn(() => cancelled || task()), ms)
  return () => {
    cancelled = true
    clearTimeout(timer)
  }
}

/** After this turn's network answers were handled, where the host can say so. */
export function afterThisTurn(task: () => void): void {
  const { setImmediate } = globalThis as Host
  if (setImmediate) setImmediate(task)
  else setTimeout(task, 0)
}

/** Lets other work through: timers, and what the network brought. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => afterThisTurn(resolve))
}
