import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportsFolder } from '../../suite/report.ts'
import type { Row } from './run-all.ts'

/** @returns the file that was written: `known-bad/<adapter>.json` in the folder of reports */
export function writeKnownBad(
  adapter: string,
  rows: readonly Row[],
  folder: string = reportsFolder(),
): string {
  const file = join(folder, 'known-bad', `${adapter}.json`)
  mkdirSync(join(folder, 'known-bad'), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ adapter, knownBad: rows }, null, 2)}\n`)
  return file
}
