import { randomUUID } from 'node:crypto'
import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '../digest.ts'
import type { Mutant, Result } from '../mutant.ts'
import { reportsFolder } from '../paths.ts'
import { Progress } from '../progress.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import { openLog } from './log.ts'
import { type CoveredTest, HANGS, type Judgment, type PlannedTest } from './plan.ts'
import { runTests } from './run-tests.ts'
import type { Stage } from './stages.ts'

/**
 * Judges mutants by the tests of one stage. What a test did not kill before, it is not tried on again, unless
 * the test or core has changed: so a run that was stopped continues, and a new test is tried alone.
 * @param again whether to forget what was tried
 */
export async function judge(
  stage: Stage,
  mutants: readonly Mutant[],
  code: ReadonlyMap<string, string>,
  again = false,
): Promise<readonly Result[]> {
  const coverage = await coverageOf(stage, code)
  const usable = coverage.tests.filter(({ unusable, ms }) => !unusable && ms <= stage.slowestMs)
  const log = join(reportsFolder, 'logs', `${stage.name}-${digestOf(...code.values())}.jsonl`)
  if (again) rmSync(log, { force: true })
  const lines = openLog<Judgment>(log)
  const tests = plannedTests(stage, usable, mutants, lines)
  const count = Object.keys(tests).length
  if (count > 0) {
    const plan = randomUUID()
    const begins: Judgment = { plan, mutants: mutants.map(({ id }) => id) }
    appendFileSync(log, `${JSON.stringify(begins)}\n`)
    const order = quickestFirst(usable.filter(({ test }) => test in tests))
    const progress = new Progress(`${stage.name}: tests`, count)
    let done = 0
    await runTests({
      plan: { kind: 'mutation', log, plan, tests },
      code,
      include: order,
      order,
      onLines: (fresh) => {
        for (const line of fresh as Judgment[]) {
          lines.push(line)
          if ('done' in line && line.plan === plan) done++
        }
        const killed = killsIn(lines)
        const gone = mutants.filter(({ id }) => killed.has(id)).length
        progress.show(done, `(${gone} of ${mutants.length} mutants killed)`)
      },
    })
    progress.end()
  }
  return resultsOf(mutants, usable, coverage, lines)
}

/** Files by what one test takes for one mutant. */
function quickestFirst(tests: readonly CoveredTest[]): readonly string[] {
  const averages = [...Map.groupBy(tests, ({ file }) => file)].map(([file, some]) => {
    return [file, some.reduce((sum, { ms }) => sum + ms, 0) / some.length] as const
  })
  return averages.sort(([, a], [, b]) => a - b).map(([file]) => file)
}

function plannedTests(
  { files }: Stage,
  tests: readonly CoveredTest[],
  mutants: readonly Mutant[],
  lines: readonly Judgment[],
): Record<string, PlannedTest> {
  const killed = killsIn(lines)
  const tried = triedBy(lines)
  const planned = tests.map(({ test, file, ms, hits }) => {
    const doneAs = `${test} ${files.get(file)}`
    const before = tried(doneAs)
    const reached = mutants.flatMap(({ id }) =>
      hits[id] && !killed.has(id) && !before.has(id) ? [[id, hits[id]] as const] : [],
    )
    return [test, { ms, doneAs, mutants: reached }] as const
  })
  return Object.fromEntries(planned.filter(([, test]) => test.mutants.length > 0))
}

/** The mutants that a test was tried on. */
function triedBy(lines: readonly Judgment[]): (doneAs: string) => ReadonlySet<string> {
  const plans = new Map<string, readonly string[]>()
  const plansOf = new Map<string, string[]>()
  for (const line of lines) {
    if ('mutants' in line) plans.set(line.plan, line.mutants)
    else if ('done' in line) plansOf.set(line.done, [...(plansOf.get(line.done) ?? []), line.plan])
  }
  return (doneAs) => new Set(plansOf.get(doneAs)?.flatMap((plan) => plans.get(plan) ?? []))
}

/** What a test killed does not count once it failed without a mutant. */
function killsIn(lines: readonly Judgment[]): ReadonlyMap<string, Pick<Result, 'status' | 'by'>> {
  const unreliable = new Set(lines.flatMap((line) => ('unreliable' in line ? line.unreliable : [])))
  const hangs = Map.groupBy(
    lines.filter((line) => 'hung' in line),
    ({ hung }) => hung,
  )
  const timeouts = [...hangs].filter(([, some]) => new Set(some.map(({ by }) => by)).size >= HANGS)
  const kills = lines.flatMap((line) => ('mutant' in line && !unreliable.has(line.by) ? line : []))
  return new Map<string, Pick<Result, 'status' | 'by'>>([
    ...timeouts.map(([id]) => [id, { status: 'timeout' }] as const),
    ...kills.map(({ mutant, by }) => [mutant, { status: 'killed', by }] as const),
  ])
}

function resultsOf(
  mutants: readonly Mutant[],
  usable: readonly CoveredTest[],
  { imported }: Coverage,
  lines: readonly Judgment[],
): readonly Result[] {
  const kills = killsIn(lines)
  // Killed, but by a test that failed without a mutant afterwards.
  const discarded = new Set(lines.flatMap((line) => ('mutant' in line ? line.mutant : [])))
  const reached = new Set(usable.flatMap(({ hits }) => Object.keys(hits)))
  return mutants.map((mutant) => {
    const kill = kills.get(mutant.id)
    if (kill) return { mutant, ...kill }
    if (discarded.has(mutant.id)) return { mutant, status: 'unjudged' }
    if (reached.has(mutant.id)) return { mutant, status: 'survived' }
    return { mutant, status: imported.has(mutant.id) ? 'unjudged' : 'not-covered' }
  })
}
