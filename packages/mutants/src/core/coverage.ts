import { existsSync, rmSync, writeFileSync } from 'node:fs'
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

/** Which test of a stage reaches which mutant. A test file is run again only if it or core has changed. */
export async function coverageOf(
  { name, files }: Stage,
  code: ReadonlyMap<string, string>,
): Promise<Coverage> {
  const sources = digestOf(...code.values())
  const folder = join(reportsFolder, 'coverage')
  const pathOf = (file: string) =>
    join(folder, `${digestOf(sources, file, files.get(file) ?? '')}.jsonl`)
  const missing = [...files.keys()].filter((file) => !existsSync(pathOf(file)))
  if (missing.length > 0) await measure(name, missing, code, pathOf)
  const lines = [...files.keys()].flatMap((file) => readLog<CoverageLine>(pathOf(file)))
  const tests = lines.filter((line) => 'test' in line)
  const imported = lines.flatMap((line) => ('test' in line ? line.atImport : line.imported))
  return { tests, imported: new Set(imported) }
}

/** Saves the coverage of each file as soon as all of its tests have run. */
async function measure(
  name: string,
  files: readonly string[],
  code: ReadonlyMap<string, string>,
  pathOf: (file: string) => string,
): Promise<void> {
  const log = join(reportsFolder, 'coverage', `unfinished-${process.pid}.jsonl`)
  openLog(log)
  const progress = new Progress(`${name}: which test reaches what, files`, files.length)
  let count = 0
  let tests: CoverageLine[] = []
  await runTests({
    plan: { kind: 'coverage', log },
    code,
    include: files,
    onLines: (lines) => {
      for (const line of lines as CoverageLine[]) {
        tests.push(line)
        if ('test' in line) continue
        writeFileSync(pathOf(line.file), tests.map((each) => `${JSON.stringify(each)}\n`).join(''))
        tests = []
        progress.show(++count)
      }
    },
  })
  progress.end()
  rmSync(log)
}
