import { join } from 'node:path'
import { digestOf } from '../digest.ts'
import type { Mutant, Result } from '../mutant.ts'
import { reportsFolder } from '../paths.ts'
import { Progress } from '../progress.ts'
import { coverageOf } from './coverage.ts'
import { openLog } from './log.ts'
import type { CoveredTest, Judgment, PlannedTest } from './plan.ts'
import { runTests } from './run-tests.ts'
import type { Stage } from './stages.ts'

/** Judges mutants by the tests of one stage. Continues where an earlier run on the same files was stopped. */
export async function judge(
  stage: Stage,
  mutants: readonly Mutant[],
  code: ReadonlyMap<string, string>,
): Promise<readonly Result[]> {
  const coverage = await coverageOf(stage, code)
  const usable = coverage.tests.filter(({ unusable, ms }) => !unusable && ms <= stage.slowestMs)
  const digest = digestOf(stage.digest, ...stage.include, ...mutants.map(({ id }) => id))
  const log = join(reportsFolder, 'logs', `${stage.name}-${digest}.jsonl`)
  const lines = openLog<Judgment>(log)
  const done = new Set(lines.flatMap((line) => ('done' in line ? line.done : [])))
  const tests = plannedTests(usable, mutants, done, new Set(killsIn(lines).keys()))
  const files = Object.groupBy(
    usable.filter(({ test }) => test in tests),
    ({ file }) => file,
  )
  const order = Object.keys(files).sort((a, b) => duration(files[a]) - duration(files[b]))
  const progress = new Progress(`${stage.name}: tests`, Object.keys(tests).length)
  if (order.length > 0) {
    await runTests({
      plan: { kind: 'mutation', log, tests },
      code,
      include: order,
      order,
      onLines: (fresh) => {
        lines.push(...(fresh as Judgment[]))
        const count = lines.filter((line) => 'done' in line).length - done.size
        progress.show(count, `(${killsIn(lines).size} of ${mutants.length} mutants killed)`)
      },
    })
  }
  progress.end()
  return resultsOf(mutants, usable, coverage.imported, killsIn(lines))
}

/** What one test takes for one mutant counts, so a file of quick tests comes first. */
function duration(tests: readonly CoveredTest[] = []): number {
  return tests.reduce((sum, { ms }) => sum + ms, 0) / tests.length
}

function plannedTests(
  coverage: readonly CoveredTest[],
  mutants: readonly Mutant[],
  done: ReadonlySet<string>,
  killed: ReadonlySet<string>,
): Record<string, PlannedTest> {
  const wanted = mutants.filter(({ id }) => !killed.has(id))
  const planned = coverage
    .filter(({ test }) => !done.has(test))
    .map(({ test, ms, hits }) => {
      const reached = wanted.flatMap(({ id }) => (hits[id] ? [[id, hits[id]] as const] : []))
      return [test, { ms, mutants: reached }] as const
    })
  return Object.fromEntries(planned.filter(([, test]) => test.mutants.length > 0))
}

/** What a test killed does not count once it failed without a mutant. */
function killsIn(lines: readonly Judgment[]) {
  const unreliable = new Set(lines.flatMap((line) => ('unreliable' in line ? line.unreliable : [])))
  const kills = lines.flatMap((line) => ('mutant' in line && !unreliable.has(line.by) ? line : []))
  return new Map(kills.map((kill) => [kill.mutant, kill]))
}

function resultsOf(
  mutants: readonly Mutant[],
  coverage: readonly CoveredTest[],
  imported: ReadonlySet<string>,
  kills: ReturnType<typeof killsIn>,
): readonly Result[] {
  const reached = new Set(coverage.flatMap(({ hits }) => Object.keys(hits)))
  return mutants.map((mutant) => {
    const kill = kills.get(mutant.id)
    if (kill) return { mutant, status: kill.status, by: kill.by }
    if (reached.has(mutant.id)) return { mutant, status: 'survived' }
    return { mutant, status: imported.has(mutant.id) ? 'at-import' : 'not-covered' }
  })
}
