// Names that every JavaScript object inherits: code that copies or merges claims with such names may lose
// them, or change unrelated objects.
const UNSAFE = new Set(['__proto__', 'constructor', 'prototype'])

export function isUnsafeName(name: string): boolean {
  return UNSAFE.has(name)
}

/** The first unsafe name of a member, at any depth; `null`: there is none. */
export function unsafeMember(claims: object): string | null {
  const open: object[] = [claims]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [name, value] of Object.entries(next)) {
      if (isUnsafeName(name)) return name
      if (typeof value === 'object' && value !== null) open.push(value)
    }
  }
  return null
}
