import { InvalidInput } from '../errors.ts'
import { isUnsafeName } from '../jwt/member-names.ts'

/** Other libraries may not be able to read JSON that is nested more deeply. A cycle has no end at all. */
const MAX_DEPTH = 64

/**
 * A copy of the value as JSON. What JSON would drop or change without an error is refused: functions,
 * `undefined`, numbers that are not finite, maps and other class instances. `toJSON` methods are called.
 * @param root the path of the whole value, which a cycle is reported for
 * @throws `TOKENWARD_INVALID_INPUT`, with the path of the member
 */
export function toJson(value: unknown, path: string, depth = 0, root: string = path): unknown {
  if (typeof value !== 'object' || value === null) return primitive(value, path)
  if (depth > MAX_DEPTH)
    throw new InvalidInput(
      root,
      `must not be nested more than ${MAX_DEPTH} levels deep, or in a cycle.`,
    )
  if (Array.isArray(value))
    return Array.from(value, (each, i) => toJson(each, `${path}.${i}`, depth + 1, root))
  const converted = read(path, () => callToJson(value))
  if (converted !== null) return toJson(converted.json, path, depth + 1, root)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw new InvalidInput(path, 'must be a plain object, an array, or have a toJSON method.')
  return Object.fromEntries(
    read(path, () => Object.entries(value)).map(([name, each]) => {
      const at = `${path}.${name}`
      if (isUnsafeName(name))
        throw new InvalidInput(at, 'is not a safe name in an object: rename it.')
      return [name, toJson(each, at, depth + 1, root)]
    }),
  )
}

function callToJson(value: object): { readonly json: unknown } | null {
  return 'toJSON' in value && typeof value.toJSON === 'function' ? { json: value.toJSON() } : null
}

/** Runs code of the application. */
function read<T>(path: string, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    throw new InvalidInput(
      path,
      'has a getter or a toJSON method that throws: see the cause.',
      cause,
    )
  }
}

function primitive(value: unknown, path: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (value === undefined) throw new InvalidInput(path, 'must not be undefined: leave it out.')
  throw new InvalidInput(path, `must be JSON, and has the type ${typeof value}.`)
}
