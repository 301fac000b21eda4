import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import type { WorkspacePackage } from './workspace-packages.ts'

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
  /** Differs from the adapter's where that ran on several servers. */
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
  /** Parts that cannot be read, and adapters that left none. */
  readonly problems: readonly string[]
}

/** An adapter is a published package that is tested with the suite. */
export function adaptersOf(packages: readonly WorkspacePackage[]): readonly string[] {
  return packages
    .filter(({ published, manifest }) => {
      return published && '@tokenward/conformance' in (manifest.devDependencies ?? {})
    })
    .map(({ folder }) => folder)
}

/** Joins `conformance/<run>.json` of every run into `conformance.json`. */
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
