// `pnpm mutants`: see `usage` in `arguments.ts`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Arguments, parseArguments, usage } from './arguments.ts'
import { runCore } from './core/run-core.ts'
import { reportsFolder } from './paths.ts'
import { type Part, reportOf, tableOf, unexplained } from './report.ts'
import { runStatements } from './statements/run-statements.ts'

async function run(given: Arguments): Promise<number> {
  const parts: Part[] = []
  for (const target of given.targets) {
    parts.push(...(target === 'core' ? await runCore(given) : [await runStatements(target, given)]))
  }
  mkdirSync(reportsFolder, { recursive: true })
  const report = join(reportsFolder, `${given.targets.join('-')}.md`)
  writeFileSync(report, reportOf(parts))
  console.log(`${tableOf(parts)}\n\nSurvivors: ${report}`)
  const isClean = parts.every((part) => unexplained(part).length + part.unused.length === 0)
  return isClean ? 0 : 1
}

let given: Arguments | null = null
try {
  given = parseArguments(process.argv.slice(2))
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`)
  process.exitCode = 2
}
if (given !== null) process.exit(await run(given))
