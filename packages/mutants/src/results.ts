import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isKilled, type Mutant, type Result } from './mutant.ts'
import { reportsFolder } from './paths.ts'

interface StoredResult {
  readonly key: string
  readonly line: number
  readonly status: Result['status']
  readonly by?: string
}

/** By file, then by mutant. The results of a file are used as long as its mutants are the same. */
type Stored = Record<string, { readonly digest: string; readonly results: readonly StoredResult[] }>

/** The results of one folder of core, or of the statements of one adapter: `reports/mutants/NAME.json`. */
export class Results {
  readonly #path: string
  readonly #stored: Stored

  constructor(name: string, folder: string = reportsFolder) {
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, `${name}.json`)
    this.#stored = existsSync(this.#path)
      ? (JSON.parse(readFileSync(this.#path, 'utf8')) as Stored)
      : {}
  }

  /** What is known of these mutants of one file; `digest` is that of its contents. */
  of(file: string, digest: string, mutants: readonly Mutant[]): Result[] {
    const stored = this.#stored[file]
    if (stored === undefined || stored.digest !== digest) return []
    const byKey = new Map(stored.results.map((result) => [result.key, result]))
    return mutants.flatMap((mutant) => {
      const result = byKey.get(mutant.key)
      if (result === undefined) return []
      return { mutant, status: result.status, ...(result.by && { by: result.by }) }
    })
  }

  /** Adds results of one file to those of other mutants of the same contents. */
  save(file: string, digest: string, results: readonly Result[]): void {
    const before = this.#stored[file]
    const kept = before?.digest === digest ? before.results : []
    const fresh = new Map(results.map((result) => [result.mutant.key, result]))
    const stored = results.map(({ mutant: { key, line }, status, by }) => {
      return { key, line, status, ...(by && { by }) }
    })
    this.#stored[file] = {
      digest,
      results: [...kept.filter(({ key }) => !fresh.has(key)), ...stored],
    }
    writeFileSync(this.#path, `${JSON.stringify(this.#stored, null, 1)}\n`)
  }
}

/** In percent, of the mutants that can be judged; `null`: there are none. */
export function scoreOf(
  results: readonly Result[],
  isExplained: (result: Result) => boolean,
): number | null {
  const judged = results.filter(({ status }) => status !== 'unjudged')
  const counted = judged.filter((result) => isKilled(result) || !isExplained(result))
  if (counted.length === 0) return null
  return (100 * counted.filter(isKilled).length) / counted.length
}
