import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ViteUserConfig } from 'vitest/config'
import { BaseSequencer, startVitest, type TestSpecification } from 'vitest/node'
import { reportsFolder, repositoryRoot } from '../paths.ts'
import type { Plan } from './plan.ts'
import { recentMapFile, renewedMaps } from './renewed-maps.ts'

export interface TestRun {
  readonly plan: Plan
  /** The instrumented code, by the path of the source file. */
  readonly code: ReadonlyMap<string, string>
  /** Globs, relative to the repository. */
  readonly include: readonly string[]
  /** Test files in this order, by path relative to the repository: quick ones first. */
  readonly order?: readonly string[]
  /** Called about once in a second with the new lines of the log. */
  readonly onLines: (lines: readonly unknown[]) => void
}

const POLL_MS = 500
/** A hook that a mutant lets hang. */
const HOOK_TIMEOUT_MS = 30_000

type Plugin = NonNullable<ViteUserConfig['plugins']>[number]

/** Runs tests in one process that imports every module once. Resolves with whether Vitest was content. */
export async function runTests({ plan, code, include, order, onLines }: TestRun): Promise<void> {
  mkdirSync(reportsFolder, { recursive: true })
  const planFile = join(reportsFolder, `plan-${process.pid}.json`)
  writeFileSync(planFile, JSON.stringify(plan))
  const reader = readLines(plan.log, onLines)
  const rank = (file: string) => order?.indexOf(relative(repositoryRoot, file)) ?? 0
  const vitest = await startVitest(
    [],
    {
      root: repositoryRoot,
      config: false,
      watch: false,
      include: [...include],
      runner: join(import.meta.dirname, 'runner.ts'),
      pool: 'forks',
      isolate: false,
      // The cache on disk does not know of changes that a plugin makes.
      fsModuleCache: false,
      fileParallelism: false,
      maxConcurrency: 1,
      reporters: [{}],
      silent: true,
      dangerouslyIgnoreUnhandledErrors: true,
      testTimeout: 600_000,
      hookTimeout: HOOK_TIMEOUT_MS,
      env: {
        TOKENWARD_MUTANTS_PLAN: planFile,
        TOKENWARD_REPORTS: join(reportsFolder, 'of-tests'),
        TOKENWARD_SEED: '1',
        TOKENWARD_ROUNDS: '2',
      },
      sequence: {
        sequencer: class extends BaseSequencer {
          override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
            return files.toSorted((a, b) => rank(a.moduleId) - rank(b.moduleId))
          }
        },
      },
    },
    { plugins: [served(code)], resolve: { alias: aliases } },
  )
  await vitest.close()
  await reader.stop()
  rmSync(planFile)
  // The results are in the log; a test that a mutant fails is no failure of this program.
  process.exitCode = 0
}

/** The sources instead of what was built from them. */
const aliases = ['core', 'conformance', 'memory'].flatMap((name) => {
  const folder = join(repositoryRoot, 'packages', name, 'src')
  return [
    { find: new RegExp(`^@tokenward/${name}$`), replacement: join(folder, 'index.ts') },
    {
      find: new RegExp(`^@tokenward/${name}/(adapter|trust)$`),
      replacement: join(folder, '$1.ts'),
    },
    {
      find: new RegExp(`^@tokenward/${name}/(harness)$`),
      replacement: join(folder, '$1/index.ts'),
    },
  ]
})

function served(instrumented: ReadonlyMap<string, string>): Plugin {
  const code = new Map([...instrumented, [recentMapFile, renewedMaps()]])
  return {
    name: 'mutants',
    enforce: 'pre',
    transform: (_, id) => {
      const changed = code.get(id.split('?')[0] ?? id)
      return changed === undefined ? undefined : { code: changed, map: null }
    },
  }
}

function readLines(file: string, onLines: TestRun['onLines']): { stop: () => Promise<void> } {
  let ended = false
  let read = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const take = () => {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= read) return
    const fresh = readFileSync(file).subarray(read)
    const complete = fresh.subarray(0, fresh.lastIndexOf('\n') + 1)
    read += complete.length
    onLines(
      complete
        .toString()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    )
  }
  const loop = (async () => {
    while (!ended) {
      take()
      await wait(POLL_MS)
    }
    take()
  })()
  return {
    stop: async () => {
      ended = true
      await loop
    },
  }
}
