import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ServerName } from '../harness/server-handle.ts'
import type { CaseResult } from './result.ts'

export interface Report {
  /** The name of the run. */
  readonly name: string
  readonly adapter: string
  readonly server: ServerName
  readonly full: boolean
  readonly seed: number
  readonly cases: readonly CaseResult[]
}

/** @returns the file that was written */
export function writeReport(report: Report, folder: string = reportsFolder()): string {
  const file = join(folder, 'conformance', `${report.name.replaceAll(' ', '-')}.json`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  return file
}

/** The folder for the reports of this run. */
export function reportsFolder(): string {
  return process.env['TOKENWARD_REPORTS'] ?? join(repositoryRoot(process.cwd()), 'reports')
}

function repositoryRoot(start: string): string {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (dirname(folder) === folder) return start
  }
}
