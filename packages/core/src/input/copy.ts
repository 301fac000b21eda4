/**
 * Copies plain objects, arrays, bytes and URLs: later changes by the caller affect no call that is under
 * way, and no instance. Functions, dates and other class instances are not copied.
 */
export function copyOf<T>(value: T): T {
  try {
    return copy(value) as T
  } catch {
    // A cycle, nested too deeply, or a getter that throws: the check of the argument refuses it.
    return value
  }
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (value instanceof URL) return new URL(value)
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copy(each)]))
}
