import { inspect, isDeepStrictEqual } from 'node:util'

/** Some of the properties of a value, at any depth. Arrays are compared as a whole. */
export type PartOf<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: PartOf<Value[Key]> }
    : Value

/** The result without the properties that the expectation does not have. */
export function expectedPart(result: unknown, expected: unknown): unknown {
  if (!isObject(result) || !isObject(expected)) return result
  const names = Object.keys(expected).filter((name) => name in result)
  return Object.fromEntries(names.map((name) => [name, expectedPart(result[name], expected[name])]))
}

export function meetsExpectation(result: unknown, expected: unknown): boolean {
  return isDeepStrictEqual(expectedPart(result, expected), expected)
}

export function formatValue(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, colors: false })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
