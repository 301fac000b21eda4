/** The most UTF-16 units that an id may have. */
export const MAX_NAME = 1024

/** Not empty, not too long, and no lone surrogates: UTF-8 would merge those. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= MAX_NAME &&
    value.isWellFormed()
  )
}
