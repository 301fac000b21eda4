import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Arguments } from '../arguments.ts'
import { changedLines, isChanged } from '../changed-lines.ts'
import { digestOf } from '../digest.ts'
import { judgeOneByOne } from '../judge-one-by-one.ts'
import { isKilled, type Result } from '../mutant.ts'
import { repositoryRoot } from '../paths.ts'
import { Progress } from '../progress.ts'
import { readReasons, reasonFor, unusedReasons } from '../reasons.ts'
import type { Part } from '../report.ts'
import { Results } from '../results.ts'
import { apply, mutateStatements, type StatementMutant } from './mutate.ts'
import { startSharedServer } from './shared-server.ts'
import { judges, type StatementStore, statementsOf } from './stores.ts'

/** Judges the statements of one adapter by its own tests and by the suite, on the real server. */
export async function runStatements(name: StatementStore, given: Arguments): Promise<Part> {
  const folder = join(repositoryRoot, 'packages', name)
  const contents = new Map(
    statementsOf[name].map(({ file }) => [file, readFileSync(join(folder, 'src', file), 'utf8')]),
  )
  const textOf = (file: string) => contents.get(file) ?? ''
  const all = statementsOf[name].flatMap(({ file, language }) =>
    mutateStatements(file, textOf(file), language),
  )
  const mutants = all.filter(chosenBy(name, given))
  const results = new Results(name)
  const known = () =>
    [...Map.groupBy(mutants, ({ file }) => file)].flatMap(([file, some]) =>
      results.of(file, digestOf(textOf(file)), some),
    )
  const reasons = readReasons(name)
  // A survivor without a reason is tried again: a test may have been added for it.
  const isDecided = (result: Result) =>
    isKilled(result) ? !given.again : reasonFor(reasons, result.mutant) !== undefined
  const decided = new Set(known().flatMap((result) => (isDecided(result) ? result.mutant.id : [])))
  const pending = mutants.filter(({ id }) => !decided.has(id))
  if (!given.report && pending.length > 0) {
    const progress = new Progress(`${name}: mutants`, pending.length)
    let count = 0
    const server = await startSharedServer(folder)
    await judgeOneByOne<StatementMutant>(pending, {
      folder,
      provided: server.provided,
      tests: judges[name].filter((test) => given.suite || test !== 'conformance'),
      changed: (mutant) => [join(folder, 'src', mutant.file), apply(mutant, textOf(mutant.file))],
      onResult: (result) => {
        results.save(result.mutant.file, digestOf(textOf(result.mutant.file)), [result])
        progress.show(++count)
      },
    })
    await server.stop()
    progress.end()
  }
  return { name, results: known(), reasons, unused: unusedReasons(reasons, all) }
}

function chosenBy(name: StatementStore, { only, changed }: Arguments) {
  const changes = changed === undefined ? null : changedLines(changed, `packages/${name}/src`)
  return (mutant: StatementMutant) =>
    (only === undefined || mutant.file === only) && (changes === null || isChanged(changes, mutant))
}
