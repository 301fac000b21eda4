// They name what every JavaScript object inherits: a copy or a merge of claims that hold them may
// lose them, or change objects that have nothing to do with the token.
const UNSAFE = new Set(['__proto__', 'constructor', 'prototype'])

/** Members within members that claims may have when they are issued. */
const MAX_DEPTH = 64

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

/** Whether claims are nested deeper than other libraries can be expected to read. */
export function isTooDeep(claims: object): boolean {
  let level: object[] = [claims]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    level = level
      .flatMap((one) => Object.values(one))
      .filter((value) => typeof value === 'object' && value !== null)
  }
  return false
}
