import { inspect, isDeepStrictEqual } from 'node:util'

/** A part of an answer: what was promised of it. */
export type PartOf<A> = A extends readonly unknown[]
  ? A
  : A extends object
    ? { readonly [K in keyof A]?: PartOf<A[K]> }
    : A

/** The answer, cut down to what was promised of it: the same, where the promise was kept. */
export function promisedPart(answer: unknown, promise: unknown): unknown {
  if (!isObject(answer) || !isObject(promise)) return answer
  const names = Object.keys(promise).filter((name) => name in answer)
  return Object.fromEntries(names.map((name) => [name, promisedPart(answer[name], promise[name])]))
}

export function isKept(answer: unknown, promise: unknown): boolean {
  return isDeepStrictEqual(promisedPart(answer, promise), promise)
}

export function inWords(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, colors: false })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
