import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportsFolder } from '../../suite/report.ts'
import type { KnownBadResult } from './run-all.ts'

/** @returns the file that was written: `known-bad/<adapter>.json` in the folder of reports */
export function writeKnownBad(
  adapter: string,
  results: readonly KnownBadResult[],
  folder: string = reportsFolder(),
): string {
  const file = join(folder, 'known-bad', `${adapter}.json`)
  mkdirSync(join(folder, 'known-bad'), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ adapter, knownBad: results }, null, 2)}\n`)
  return file
}
