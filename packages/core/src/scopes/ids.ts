/** In UTF-16 code units. */
export const MAX_NAME_LENGTH = 1024

/** Whether a value is usable as an id. Different lone surrogates would become equal in UTF-8. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= MAX_NAME_LENGTH &&
    value.isWellFormed()
  )
}
