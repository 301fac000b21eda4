import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'

export interface KnownBadRow {
  readonly name: string
  readonly level: string
  readonly mutation: string
  readonly caughtBy: string
  readonly caught: boolean
  readonly reason: string
  readonly failedCases: readonly string[]
}

const Row = v.object({
  name: v.string(),
  level: v.string(),
  mutation: v.string(),
  caughtBy: v.string(),
  caught: v.boolean(),
  reason: v.string(),
  failedCases: v.array(v.string()),
})
const Part = v.object({ adapter: v.string(), knownBad: v.array(Row) })

export interface KnownBadReport {
  readonly rows: readonly KnownBadRow[]
  readonly problems: readonly string[]
}

/** Merges the `known-bad/<adapter>.json` of every run into `known-bad.json`. */
export function mergeKnownBad(reports: string): KnownBadReport {
  const folder = join(reports, 'known-bad')
  if (!existsSync(folder)) return { rows: [], problems: [] }
  const parts = globSync('*.json', { cwd: folder }).sort()
  const rows = new Map<string, KnownBadRow>()
  for (const file of parts) {
    const part = v.parse(Part, JSON.parse(readFileSync(join(folder, file), 'utf8')))
    for (const row of part.knownBad) rows.set(row.name, merged(rows.get(row.name), row))
  }
  const knownBad = [...rows.values()]
  writeFileSync(join(reports, 'known-bad.json'), `${JSON.stringify({ knownBad }, null, 2)}\n`)
  const notCaught = knownBad.filter(({ caught }) => !caught)
  return { rows: knownBad, problems: notCaught.map(({ name }) => `${name} was not caught`) }
}

function merged(known: KnownBadRow | undefined, row: KnownBadRow): KnownBadRow {
  if (known === undefined) return row
  const failedCases = [...new Set([...known.failedCases, ...row.failedCases])]
  return { ...known, caught: known.caught || row.caught, failedCases }
}

/** The known-bad implementations that each case caught. A case that catches none proves nothing. */
export function knownBadTable(rows: readonly KnownBadRow[]): string {
  const caught = rows.filter((row) => row.caught).length
  const cases = new Set(rows.flatMap(({ failedCases }) => failedCases))
  const lines = [...cases].sort().map((name) => {
    const catching = rows.filter(({ failedCases }) => failedCases.includes(name))
    return `  ${name}: ${catching.map((row) => row.name).join(', ')}`
  })
  const title = `Known-bad: ${caught} of ${rows.length} fail the case that is named for them`
  return [title, ...lines].join('\n')
}
