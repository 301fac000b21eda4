import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'

export interface ConformanceCase {
  readonly name: string
  readonly level: string
  readonly status: 'passed' | 'failed' | 'not-run'
  readonly reason?: string
  readonly rounds?: number
  readonly notes?: readonly string[]
  readonly ms: number
}

export interface ConformanceRun {
  /** The name of the adapter, with the server if the adapter ran on several. */
  readonly name: string
  readonly adapter: string
  readonly server: { readonly name: string; readonly version: string; readonly standIn: boolean }
  readonly cases: readonly ConformanceCase[]
}

const Case = v.looseObject({
  name: v.string(),
  level: v.string(),
  status: v.picklist(['passed', 'failed', 'not-run']),
  reason: v.exactOptional(v.string()),
  rounds: v.exactOptional(v.number()),
  notes: v.exactOptional(v.array(v.string())),
  ms: v.number(),
})
const Run = v.looseObject({
  name: v.string(),
  adapter: v.string(),
  server: v.object({ name: v.string(), version: v.string(), standIn: v.boolean() }),
  cases: v.array(Case),
})

export interface ConformanceReport {
  readonly runs: readonly ConformanceRun[]
  /** Reports that cannot be read, and adapters without a report. */
  readonly problems: readonly string[]
}

/**
 * Merges the `conformance/<run>.json` of every run into `conformance.json`.
 * @param reports the folder that the suites wrote to
 * @param adapters the adapters that must have at least one run
 */
export function mergeReports(reports: string, adapters: readonly string[]): ConformanceReport {
  const runs: ConformanceRun[] = []
  const problems: string[] = []
  const parts = join(reports, 'conformance')
  for (const file of globSync('*.json', { cwd: parts }).sort()) {
    try {
      runs.push(v.parse(Run, JSON.parse(readFileSync(join(parts, file), 'utf8'))))
    } catch (error) {
      problems.push(`${basename(file, '.json')}: unreadable report: ${(error as Error).message}`)
    }
  }
  const ran = new Set(runs.map(({ adapter }) => adapter))
  problems.push(...adapters.filter((each) => !ran.has(each)).map((each) => `${each}: no report`))
  writeFileSync(join(reports, 'conformance.json'), `${JSON.stringify({ runs }, null, 2)}\n`)
  return { runs, problems }
}
