import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Arguments } from '../arguments.ts'
import { changedLines, isChanged } from '../changed-lines.ts'
import { digestOf } from '../digest.ts'
import { judgeOneByOne } from '../judge-one-by-one.ts'
import { isKilled, type Mutant, type Result } from '../mutant.ts'
import { coreSources, repositoryRoot } from '../paths.ts'
import { Progress } from '../progress.ts'
import { readReasons, unusedReasons } from '../reasons.ts'
import type { Part } from '../report.ts'
import { Results } from '../results.ts'
import { type Instrumented, instrument } from './instrument.ts'
import { judge } from './judge.ts'
import { suiteStage, unitStage } from './stages.ts'

/** The folders of core that decide about tokens. */
const FOLDERS = [
  'decision',
  'transitions',
  'records',
  'policy',
  'scopes',
  'store',
  'operations',
  'revocation',
  'issuing',
] as const

/** @returns the results of each folder that has a chosen mutant */
export async function runCore(given: Arguments): Promise<readonly Part[]> {
  const sources = await instrumentAll()
  const mutants = sources.flatMap((source) => source.mutants)
  const chosen = chooseMutants(mutants, given)
  const store = new CoreResults(sources)
  if (!given.report) await judgeAll(chosen, sources, given, store)
  return FOLDERS.flatMap((name) => {
    const ofFolder = chosen.filter(({ file }) => file.startsWith(`${name}/`))
    if (ofFolder.length === 0) return []
    const reasons = readReasons(name)
    const all = mutants.filter(({ file }) => file.startsWith(`${name}/`))
    return { name, results: store.of(ofFolder), reasons, unused: unusedReasons(reasons, all) }
  })
}

/** All folders, whatever is chosen: so the coverage is the same for every choice. */
async function instrumentAll(): Promise<readonly Instrumented[]> {
  const files = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: coreSources }))
  const progress = new Progress('make mutants: files', files.length)
  const sources: Instrumented[] = []
  for (const file of files.sort()) {
    sources.push(await instrument(file))
    progress.show(sources.length)
  }
  progress.end()
  return sources
}

function chooseMutants(mutants: readonly Mutant[], { only, changed }: Arguments): Mutant[] {
  const changes = changed === undefined ? null : changedLines(changed, 'packages/core/src')
  const chosen = mutants.filter((mutant) => {
    const isNamed =
      only === undefined || `${mutant.file}/`.startsWith(`${only.replace(/\/$/, '')}/`)
    return isNamed && (changes === null || isChanged(changes, mutant))
  })
  if (chosen.length === 0 && changed === undefined)
    throw new RangeError(`--only: no mutant in ${only}`)
  return chosen
}

async function judgeAll(
  chosen: readonly Mutant[],
  sources: readonly Instrumented[],
  { tests, slowestMs, suite, isolated, again }: Arguments,
  store: CoreResults,
): Promise<void> {
  const code = new Map(sources.map(({ file, code }) => [join(coreSources, file), code]))
  let alive: readonly Mutant[] = again ? chosen : store.alive(chosen)
  for (const stage of [unitStage(tests, slowestMs), ...(suite ? [suiteStage(slowestMs)] : [])]) {
    if (alive.length === 0) break
    store.save(await judge(stage, alive, code, again))
    alive = store.alive(alive)
  }
  if (!isolated) return
  const unjudged = alive.filter((mutant) => store.isUnjudged(mutant))
  await judgeIsolated(unjudged, sources, tests, store)
}

async function judgeIsolated(
  mutants: readonly Mutant[],
  sources: readonly Instrumented[],
  names: readonly string[],
  store: CoreResults,
): Promise<void> {
  const progress = new Progress('isolated: mutants', mutants.length)
  let count = 0
  const wanted = names.length === 0 ? ['*'] : names
  const patterns = wanted.map((name) => `${name}.test.ts`)
  const tests = globSync(patterns, { cwd: join(repositoryRoot, 'packages/core/test') })
  await judgeOneByOne(mutants, {
    folder: join(repositoryRoot, 'packages/core'),
    tests: tests.map((file) => basename(file, '.test.ts')).filter((name) => !SLOW.includes(name)),
    changed: ({ file, id }) => {
      const code = sources.find((source) => source.file === file)?.code ?? ''
      return [join(coreSources, file), code.replaceAll(`stryMutAct_9fa48("${id}")`, 'true')]
    },
    onResult: (result) => {
      store.save([result], true)
      progress.show(++count)
    },
  })
  progress.end()
}

/** Tests that wait, or say nothing about these folders. */
const SLOW: readonly string[] = [
  'busy-thread',
  'remote-keys',
  'vectors',
  'providers',
  'signing-services',
]

class CoreResults {
  readonly #files: ReadonlyMap<string, { readonly digest: string; readonly results: Results }>

  constructor(sources: readonly Instrumented[]) {
    const byFolder = new Map(FOLDERS.map((folder) => [folder as string, new Results(folder)]))
    this.#files = new Map(
      sources.flatMap(({ file }) => {
        const results = byFolder.get(file.split('/')[0] ?? '')
        const digest = digestOf(readFileSync(join(coreSources, file), 'utf8'))
        return results ? [[file, { digest, results }] as const] : []
      }),
    )
  }

  of(mutants: readonly Mutant[]): readonly Result[] {
    return [...Map.groupBy(mutants, ({ file }) => file)].flatMap(([file, some]) => {
      const { digest = '', results } = this.#files.get(file) ?? {}
      return results?.of(file, digest, some) ?? []
    })
  }

  /** @param isFinal whether each was judged in a process of its own */
  save(all: readonly Result[], isFinal = false): void {
    for (const [file, some] of Map.groupBy(all, ({ mutant }) => mutant.file)) {
      const { digest = '', results } = this.#files.get(file) ?? {}
      const known = new Map(this.of(some.map(({ mutant }) => mutant)).map((r) => [r.mutant.key, r]))
      const fresh = some.map((result) => {
        const before = known.get(result.mutant.key)
        return isFinal || before === undefined ? result : merged(before, result)
      })
      results?.save(file, digest, fresh)
    }
  }

  alive(mutants: readonly Mutant[]): readonly Mutant[] {
    const killed = new Set(this.of(mutants).flatMap((r) => (isKilled(r) ? r.mutant.id : [])))
    return mutants.filter(({ id }) => !killed.has(id))
  }

  isUnjudged(mutant: Mutant): boolean {
    return this.of([mutant])[0]?.status === 'unjudged'
  }
}

/** One stage may reach what another does not, and what survives a stage may still need its own process. */
function merged(before: Result, result: Result): Result {
  if (isKilled(result) || before.status === 'not-covered') return result
  return before.status === 'survived' || before.status === 'unjudged' ? before : result
}
