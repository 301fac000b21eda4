/** Of each level of a chain, and of all its branches: more would hide the first ones. */
const MAX_CAUSES = 20

/**
 * The messages of everything that led to an error, in the order of the chain: the causes, and the
 * errors of an `AggregateError`, as drivers throw it when they tried several addresses. A message that
 * was given already is not repeated.
 */
export function causesOf(error: unknown): readonly string[] {
  const messages = new Set<string>()
  const visited = new Set<unknown>([error])
  const queue = [...behind(error)]
  for (let at = queue.shift(); at !== undefined && messages.size < MAX_CAUSES; at = queue.shift()) {
    if (visited.has(at.error)) continue
    visited.add(at.error)
    messages.add(messageOf(at.error))
    queue.unshift(...behind(at.error))
  }
  messages.delete(messageOf(error))
  return [...messages]
}

/** What can be thrown can be anything: this never throws, whatever it is given. */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  try {
    const { message, code, name } = error as { message?: unknown; code?: unknown; name?: unknown }
    const given = [message, code, name].find((text) => typeof text === 'string' && text !== '')
    return typeof given === 'string' ? given : 'an object without a message'
  } catch {
    return 'an object that cannot be read'
  }
}

/** Wrapped, because what is thrown may be `undefined` too. */
function behind(error: unknown): readonly { readonly error: unknown }[] {
  if (!(error instanceof Error)) return []
  const errors = error instanceof AggregateError ? error.errors : []
  return [error.cause, ...errors]
    .filter((each) => each !== undefined && each !== null)
    .map((each) => ({ error: each }))
}
