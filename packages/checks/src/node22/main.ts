import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { adaptersOf, mergeReports } from '../conformance-report.ts'
import { conformanceTable } from '../conformance-table.ts'
import { reportsFolder } from '../paths.ts'
import { succeeds } from '../run-command.ts'
import { listPackages } from '../workspace-packages.ts'

const environment = { TURBO_TELEMETRY_DISABLED: '1' }
if (!succeeds('turbo', ['run', 'build'], { environment, quiet: true })) process.exit(1)

// What it imports was not there before the build.
const { installedVersion, runSuite } = await import('./suites.ts')
const reports = join(reportsFolder, 'node22')
const adapters = adaptersOf(listPackages())
const problems: string[] = []

rmSync(reports, { recursive: true, force: true })
console.log(`The built packages under Node ${installedVersion('node22')}`)
for (const adapter of adapters) {
  console.log(`── ${adapter}`)
  const { exitCode, output } = await runSuite(adapter, reports)
  if (exitCode === 0) continue
  console.error(output)
  problems.push(`${adapter}: the run ended with ${exitCode ?? 'a signal'}`)
}
const report = mergeReports(reports, adapters)
problems.push(...report.problems)

console.log(`\n${conformanceTable(report.runs)}\n`)
for (const problem of problems) console.log(`✗ ${problem}`)
process.exitCode = problems.length === 0 ? 0 : 1
