// Where functions of the application are called for their effect: whatever they do harms nobody else.

/** Calls a listener. What it throws, or rejects with, is its own affair; nobody waits for it. */
export function notify<A extends readonly unknown[]>(
  listener: (...args: A) => unknown,
  ...args: A
): void {
  try {
    // `async` listeners reject later: without a handler that would end the process.
    Promise.resolve(listener(...args)).catch(() => undefined)
  } catch {
    // Its failure must not become a wrong answer.
  }
}
