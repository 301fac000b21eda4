import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packagesFolder } from './paths.ts'
import type { RunResult } from './run-result.ts'
import type { RuntimeName } from './versions.ts'

/** One runtime on one store. */
export interface Column extends RunResult {
  readonly runtime: RuntimeName
  readonly title: string
  readonly adapter: string
  readonly rounds: number
}

const FOLDER = resolve(packagesFolder, '../reports/runtimes')

export function saveColumn(column: Column): void {
  mkdirSync(FOLDER, { recursive: true })
  const file = join(FOLDER, `${column.runtime}-${column.adapter}.json`)
  writeFileSync(file, `${JSON.stringify(column, null, 2)}\n`)
}

/** Those of this run and of earlier ones. */
export function readColumns(): readonly Column[] {
  return readdirSync(FOLDER)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Column)
}
