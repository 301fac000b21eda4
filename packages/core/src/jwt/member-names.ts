// They name what every JavaScript object inherits: a copy or a merge of claims that hold them may
// lose them, or change objects that have nothing to do with the token.
const UNSAFE = new Set(['__proto__', 'constructor', 'prototype'])

/** The first member, at any depth, that no claims may have; `null`: there is none. */
export function unsafeMember(claims: object): string | null {
  const open: object[] = [claims]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [name, value] of Object.entries(next)) {
      if (UNSAFE.has(name)) return name
      if (typeof value === 'object' && value !== null) open.push(value)
    }
  }
  return null
}
