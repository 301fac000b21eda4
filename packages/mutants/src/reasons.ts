import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mutant } from './mutant.ts'
import { reasonsFolder } from './paths.ts'

/** By file and key of the mutant: why no test can notice it, or need not. */
export type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The reasons of a folder of core, or of an adapter: `reasons/NAME.json`. */
export function readReasons(name: string, folder: string = reasonsFolder): Reasons {
  const path = join(folder, `${name}.json`)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Reasons) : {}
}

export function reasonFor(reasons: Reasons, { file, key }: Mutant): string | undefined {
  return reasons[file]?.[key]
}

/** Reasons of mutants that do not exist any more. */
export function unusedReasons(reasons: Reasons, mutants: readonly Mutant[]): readonly string[] {
  const known = new Set(mutants.map(({ file, key }) => `${file}: ${key}`))
  const given = Object.entries(reasons).flatMap(([file, keys]) =>
    Object.keys(keys).map((key) => `${file}: ${key}`),
  )
  return given.filter((each) => !known.has(each))
}
