/** Makes each value once, when it is first needed. */
export type Memoize = <T>(name: string, make: () => Promise<T>) => Promise<T>

export function memoize(): Memoize {
  const kept = new Map<string, Promise<unknown>>()
  return <T>(name: string, make: () => Promise<T>) => {
    const made = kept.get(name) ?? make()
    kept.set(name, made)
    return made as Promise<T>
  }
}
