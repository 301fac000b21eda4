/** base64url, in the order of the bytes. */
export const KEY_CHARACTERS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'

/** Repeatable choices: the same seed gives the same run. */
export interface Random {
  readonly seed: number
  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number
  /** A whole number from 0 (inclusive) to `limit` (exclusive). */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  shuffle<T>(list: readonly T[]): T[]
  hex(digits: number): string
  /** As the keys of core: 24 base64url characters. */
  key(): string
}

export function createRandom(seed: number): Random {
  const next = mulberry32(seed)
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    seed,
    next,
    below,
    chance: (probability) => next() < probability,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
    shuffle: <T>(list: readonly T[]) => shuffled(list, below),
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(''),
    key: () => Array.from({ length: 24 }, () => KEY_CHARACTERS[below(64)]).join(''),
  }
}

/**
 * A separate seed for each case, so that a case that runs alone repeats what it did in the whole run.
 */
export function seedFor(run: number, name: string): number {
  let seed = run
  for (const letter of name) seed = (Math.imul(seed, 31) + (letter.codePointAt(0) ?? 0)) | 0
  return seed >>> 0
}

function shuffled<T>(list: readonly T[], below: (limit: number) => number): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = below(i + 1)
    const kept = result[i] as T
    result[i] = result[j] as T
    result[j] = kept
  }
  return result
}

// Tommy Ettinger's mulberry32: small, and good enough to choose test steps.
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
