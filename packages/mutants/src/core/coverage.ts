import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '../digest.ts'
import { reportsFolder } from '../paths.ts'
import { Progress } from '../progress.ts'
import { openLog, readLog } from './log.ts'
import type { CoverageLine, CoveredTest } from './plan.ts'
import { runTests } from './run-tests.ts'
import type { Stage } from './stages.ts'

export interface Coverage {
  readonly tests: readonly CoveredTest[]
  /** Mutants that run while modules are imported. */
  readonly imported: ReadonlySet<string>
}

/** Runs the tests of a stage once, on code in which nothing is changed, unless that was done before. */
export async function coverageOf(
  stage: Stage,
  code: ReadonlyMap<string, string>,
): Promise<Coverage> {
  const digest = digestOf(stage.digest, ...stage.include, ...code.keys())
  const path = join(reportsFolder, 'coverage', `${stage.name}-${digest}.jsonl`)
  if (existsSync(path)) return coverageIn(path)
  const log = `${path}.${process.pid}`
  openLog(log)
  const progress = new Progress(`${stage.name}: which test runs what`, 1)
  let count = 0
  await runTests({
    plan: { kind: 'coverage', log },
    code,
    include: stage.include,
    onLines: (lines) => {
      count += lines.length
      progress.show(0, `(${count} tests)`)
    },
  })
  progress.end()
  if (coverageIn(log).tests.length === 0) throw new Error(`${stage.name}: no test ran`)
  renameSync(log, path)
  return coverageIn(path)
}

function coverageIn(log: string): Coverage {
  const lines = readLog<CoverageLine>(log)
  const tests = lines.filter((line) => 'test' in line)
  const imported = lines.flatMap((line) => ('test' in line ? line.atImport : line.imported))
  return { tests, imported: new Set(imported) }
}
