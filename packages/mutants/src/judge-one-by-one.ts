import { join } from 'node:path'
import type { ProvidedContext } from 'vitest'
import type { ViteUserConfig } from 'vitest/config'
import { createVitest, type Vitest } from 'vitest/node'
import type { Mutant, Result } from './mutant.ts'
import { reportsFolder } from './paths.ts'

export interface Judge<M extends Mutant> {
  /** The folder of the package whose tests judge. */
  readonly folder: string
  /** Names of test files without their ending, in the order in which they run. */
  readonly tests: readonly string[]
  /** The path of the changed file, and its text. */
  readonly changed: (mutant: M) => readonly [path: string, text: string]
  readonly alias?: NonNullable<ViteUserConfig['resolve']>['alias']
  /** What the tests `inject()`: the address of a server that all of them share. */
  readonly provided?: Partial<ProvidedContext>
  readonly onResult: (result: Result) => void
}

/** A healthy run may be slow on a busy machine. */
const SHORTEST_LIMIT_MS = 60_000

/**
 * Imports the changed module anew for each mutant: for what is evaluated while a module is imported. Much
 * slower than a variable that chooses the mutant.
 * @throws Error a test fails although nothing is changed
 */
export async function judgeOneByOne<M extends Mutant>(
  mutants: readonly M[],
  judge: Judge<M>,
): Promise<void> {
  const bench = new Bench(judge)
  const started = performance.now()
  const healthy = await bench.run(null, Number.POSITIVE_INFINITY)
  if (healthy !== 'survived') throw new Error(`${judge.folder}: a test fails on unchanged code`)
  const limitMs = Math.max(SHORTEST_LIMIT_MS, 5 * (performance.now() - started))
  for (const mutant of mutants) {
    const status = await bench.run(judge.changed(mutant), limitMs)
    judge.onResult({ mutant, status })
  }
  await bench.close()
}

class Bench {
  #vitest: Promise<Vitest> | null = null
  #changed: readonly [path: string, text: string] | null = null
  readonly #judge: Omit<Judge<never>, 'changed'>

  constructor(judge: Omit<Judge<never>, 'changed'>) {
    this.#judge = judge
  }

  async run(
    changed: readonly [path: string, text: string] | null,
    limitMs: number,
  ): Promise<'killed' | 'timeout' | 'survived'> {
    // A new one: a running Vitest keeps what it has transformed.
    await this.close()
    this.#changed = changed
    this.#vitest = this.#start()
    const vitest = await this.#vitest
    for (const test of this.#judge.tests) {
      const ended = await this.#runFile(vitest, test, limitMs)
      if (ended !== 'survived') return ended
    }
    return 'survived'
  }

  async close(): Promise<void> {
    await (await this.#vitest)?.close()
    this.#vitest = null
  }

  async #runFile(vitest: Vitest, test: string, limitMs: number) {
    const wanted = join(this.#judge.folder, 'test', `${test}.test.ts`)
    const all = await vitest.globTestSpecifications([wanted])
    const specifications = all.filter(({ moduleId }) => moduleId === wanted)
    if (specifications.length === 0) throw new Error(`There is no test ${wanted}.`)
    const late = Promise.withResolvers<'timeout'>()
    const timer = Number.isFinite(limitMs)
      ? setTimeout(() => late.resolve('timeout'), limitMs)
      : undefined
    const ended = vitest.runTestSpecifications(specifications).then(({ testModules, ...run }) => {
      const isKilled = run.unhandledErrors.length > 0 || testModules.some((each) => !each.ok())
      return isKilled ? ('killed' as const) : ('survived' as const)
    })
    const status = await Promise.race([ended, late.promise])
    clearTimeout(timer)
    if (status === 'timeout') await this.close()
    return status
  }

  #start(): Promise<Vitest> {
    const { folder, alias, provided } = this.#judge
    return createVitest(
      {
        root: folder,
        config: false,
        watch: false,
        include: ['test/**/*.test.ts'],
        reporters: [{}],
        silent: true,
        // The cache on disk does not know of changes that a plugin makes.
        fsModuleCache: false,
        bail: 1,
        pool: 'forks',
        ...(provided && { provide: provided as ProvidedContext }),
        maxWorkers: 1,
        testTimeout: 300_000,
        hookTimeout: 300_000,
        env: {
          TOKENWARD_REPORTS: join(reportsFolder, 'of-tests'),
          TOKENWARD_SEED: '1',
          TOKENWARD_ROUNDS: '5',
        },
      },
      {
        ...(alias && { resolve: { alias } }),
        plugins: [
          {
            name: 'mutant',
            enforce: 'pre',
            transform: (_, id) => {
              const [path, text] = this.#changed ?? []
              return text !== undefined && id.split('?')[0] === path
                ? { code: text, map: null }
                : undefined
            },
          },
        ],
      },
    )
  }
}
