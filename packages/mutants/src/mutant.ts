/** One change of one place of the code. */
export interface Mutant {
  /** Unique among the mutants of a run, as long as the sources stay the same. */
  readonly id: string
  /** Text that stays the same when lines move: the key of results and of reasons. */
  readonly key: string
  /** Relative to the sources, as `decision/decide.ts`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly endLine: number
  readonly original: string
  readonly replacement: string
}

/**
 * `killed`: a test failed. `timeout`: a test did not end. `survived`: every test that runs the code
 * passed. `not-covered`: no test runs it. `unjudged`: it needs a process of its own, because it runs only while
 * modules are imported, or because it leaves something behind that disturbs the next.
 */
export type Status = 'killed' | 'timeout' | 'survived' | 'not-covered' | 'unjudged'

export interface Result {
  readonly mutant: Mutant
  readonly status: Status
  /** The test that killed it. */
  readonly by?: string
}

export function isKilled({ status }: Result): boolean {
  return status === 'killed' || status === 'timeout'
}

const SHORT = 90

/** In one line, for keys and reports. */
function short(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ').trim()
  return line.length <= SHORT ? line : `${line.slice(0, SHORT - 30)} … ${line.slice(-27)}`
}

/** Gives each mutant of a file its key: equal texts are numbered. */
export function withKeys(found: readonly Omit<Mutant, 'key'>[]): Mutant[] {
  const counts = new Map<string, number>()
  return found.map((mutant) => {
    const text = `${short(mutant.original)} → ${short(mutant.replacement)}`
    const count = (counts.get(text) ?? 0) + 1
    counts.set(text, count)
    return { ...mutant, key: count === 1 ? text : `${text} (${count})` }
  })
}
