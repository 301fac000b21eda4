import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { adapterNames } from '../adapters.ts'
import { mergeReports } from '../conformance-report.ts'
import { conformanceTable } from '../conformance-table.ts'
import { reportsFolder } from '../paths.ts'
import { succeeds } from '../run-command.ts'

const environment = { TURBO_TELEMETRY_DISABLED: '1' }
if (!succeeds('turbo', ['run', 'build'], { environment, quiet: true })) process.exit(1)

// Imported here because it imports `dist/`, which exists only after the build.
const { installedVersion, runSuite } = await import('./suites.ts')
const reports = join(reportsFolder, 'node22')
const problems: string[] = []

rmSync(reports, { recursive: true, force: true })
console.log(`The built packages under Node ${installedVersion('node22')}`)
for (const adapter of adapterNames) {
  console.log(`── ${adapter}`)
  const { exitCode, output } = await runSuite(adapter, reports)
  if (exitCode === 0) continue
  console.error(output)
  problems.push(`${adapter}: the run ended with ${exitCode ?? 'a signal'}`)
}
const report = mergeReports(reports, adapterNames)
problems.push(...report.problems)

console.log(`\n${conformanceTable(report.runs)}\n`)
for (const problem of problems) console.log(`✗ ${problem}`)
process.exitCode = problems.length === 0 ? 0 : 1
