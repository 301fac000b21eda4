// Usage: pnpm failover [SCENARIO]...
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Report, runScenario } from './run-scenario.ts'
import { scenarios } from './scenarios.ts'
import { problemsOf, tableOf } from './table.ts'

const named = process.argv.slice(2)
const unknown = named.find((name) => !Object.hasOwn(scenarios, name))
if (unknown !== undefined) {
  throw new Error(`There is no scenario ${unknown}, only ${Object.keys(scenarios).join(', ')}.`)
}

const reports: Report[] = []
const problems: string[] = []
for (const [name, scenario] of Object.entries(scenarios)) {
  if (named.length > 0 && !named.includes(name)) continue
  console.log(`\n${scenario.title}`)
  try {
    const report = await runScenario(scenario, (line) => console.log(`  ${line}`))
    reports.push(report)
    problems.push(...problemsOf(report))
  } catch (error) {
    console.error(error)
    problems.push(`${scenario.title}: it did not finish`)
  }
}

const folder = join(import.meta.dirname, '../../../../reports')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'failover.json'), JSON.stringify(reports, null, 2))
console.log(`\n${tableOf(reports)}\n`)
for (const problem of problems) console.log(`✗ ${problem}`)
process.exit(problems.length === 0 ? 0 : 1)
