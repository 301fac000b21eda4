/** Freezes what several calls share. */
export function deepFreeze<T extends object>(root: T): T {
  const open: object[] = [root]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    Object.freeze(next)
    for (const value of Object.values(next)) {
      if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) open.push(value)
    }
  }
  return root
}
