/** A longer chain of causes is cut here. */
const MOST_CAUSES = 10

/** What failed, and its causes, down to the first one. */
export function reasonOf(error: unknown): string {
  const [first = '', ...causes] = chainOf(error).map(
    (link, nth) => (nth === 0 && messageOf(link)) || nameOf(link),
  )
  return linked([first, ...causes])
}

/** The same with the stack of each error. */
export function traceOf(error: unknown): string {
  return linked(chainOf(error).map((link) => stackOf(link) || nameOf(link)))
}

/**
 * Only the text. Drivers attach their last operation to their errors, which may be a login: the members
 * of an error are never included, and neither is a user or a password in a URL.
 */
function linked(links: readonly string[]): string {
  return links.join('\ncaused by: ').replaceAll(/\/\/[^/@\s]*@/g, '//…@')
}

/** Each error once, in the order of their depth. */
function chainOf(error: unknown): readonly unknown[] {
  const chain = new Set([error])
  // A set that grows during the iteration is iterated to its new end.
  for (const link of chain) for (const cause of causesOf(link)) chain.add(cause)
  return [...chain].slice(0, MOST_CAUSES)
}

function causesOf(error: unknown): readonly unknown[] {
  if (!(error instanceof Error)) return []
  const several = error instanceof AggregateError ? error.errors : []
  return error.cause === undefined || error.cause === null ? several : [error.cause, ...several]
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
  return `${error.name}: ${error.message}${code}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}

function stackOf(error: unknown): string {
  return error instanceof Error && error.stack ? error.stack : ''
}
