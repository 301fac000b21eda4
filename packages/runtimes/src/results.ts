import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { packagesFolder } from './paths.ts'
import type { SharedInstanceTrial } from './requests/shared-instance.ts'
import type { RunResult } from './run-result.ts'
import type { RuntimeName } from './versions.ts'

/** One runtime on one store. */
export interface Column extends RunResult {
  readonly runtime: RuntimeName
  readonly title: string
  readonly adapter: string
  /** The server with its version; absent for memory. */
  readonly server?: string
  readonly rounds: number
}

const FOLDER = resolve(packagesFolder, '../reports/runtimes')

export function saveColumn(column: Column): void {
  mkdirSync(FOLDER, { recursive: true })
  const file = join(FOLDER, `${column.runtime}-${column.adapter.replaceAll(/\W+/g, '-')}.json`)
  writeFileSync(file, `${JSON.stringify(column, null, 2)}\n`)
}

/** Those of this run and of earlier ones. */
export function readColumns(): readonly Column[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Column)
}

const TRIALS = join(FOLDER, 'requests', 'workerd.json')

export function saveTrials(trials: readonly SharedInstanceTrial[]): void {
  mkdirSync(dirname(TRIALS), { recursive: true })
  writeFileSync(TRIALS, `${JSON.stringify(trials, null, 2)}\n`)
}

export function readTrials(): readonly SharedInstanceTrial[] {
  if (!existsSync(TRIALS)) return []
  return JSON.parse(readFileSync(TRIALS, 'utf8')) as readonly SharedInstanceTrial[]
}
