import { availableParallelism } from 'node:os'
import { cases } from '../../cases/all.ts'
import { isPlanned } from '../../suite/case.ts'
import type { CaseResult } from '../../suite/result.ts'
import { type KnownBad, knownBad } from '../all.ts'
import type { RunRequest } from './messages.ts'
import { CaseWorker } from './worker.ts'

export interface KnownBadOptions {
  /** A module whose default export starts the backend: `() => Promise<ServerHandle>`. */
  readonly server: URL
  /** A module whose default export is `(url, namespace) => TokenRepository`, and right. */
  readonly repository: URL
  /** Names of known-bads. Default: all. */
  readonly only?: readonly string[]
  /** `named`: each only on the case that is named for it, which is quick. Default: `all`. */
  readonly cases?: 'all' | 'named'
  /** No case has more rounds than this. Default: 5, which has shown each of them. */
  readonly most?: number
  readonly seed?: number
  readonly onResult?: (result: KnownBadResult) => void
}

/** What the suite made of one known-bad. */
export interface KnownBadResult {
  readonly name: string
  readonly level: KnownBad['level']
  readonly mutation: string
  readonly caughtBy: string
  /** Whether the named case failed, and for the named reason. */
  readonly caught: boolean
  /** What the named case said. */
  readonly reason: string
  /** Of those that ran, in the order of the suite. */
  readonly failedCases: readonly string[]
}

/** Tries the suite itself: its cases on everything that is broken on purpose. */
export async function tryKnownBad(options: KnownBadOptions): Promise<readonly KnownBadResult[]> {
  const chosen = knownBad.filter(({ name }) => options.only?.includes(name) ?? true)
  const queue = [...chosen]
  const results = new Map<KnownBad, KnownBadResult>()
  const right = assertRight(chosen, options)
  const work = async () => {
    let worker = new CaseWorker()
    for (let bad = queue.shift(); bad !== undefined; bad = queue.shift()) {
      if (worker.isGone) worker = new CaseWorker()
      const result = resultOf(
        bad,
        await worker.try(requestFor(bad.name, casesFor(bad, options), options)),
      )
      results.set(bad, result)
      options.onResult?.(result)
      // What hangs in the dark spoils no other one's whole run.
      if (options.cases !== 'named') worker.end()
    }
    worker.end()
  }
  // Two for each core: most of what is broken waits, for deadlines and for one another.
  const workers = Array.from({ length: 2 * availableParallelism() - 1 }, work)
  await Promise.all([right, ...workers])
  return knownBad.flatMap((bad) => results.get(bad) ?? [])
}

/** What fails anyway would catch everything. */
async function assertRight(chosen: readonly KnownBad[], options: KnownBadOptions): Promise<void> {
  const tried = new Set(chosen.flatMap((bad) => casesFor(bad, options)))
  const worker = new CaseWorker()
  const results = await worker.try(requestFor(null, [...tried], options))
  worker.end()
  const failed = results.find(({ status }) => status === 'failed')
  if (failed) throw new Error(`${failed.name} fails although nothing is broken: ${failed.reason}`)
}

function requestFor(
  bad: string | null,
  names: readonly string[],
  { server, repository, most = 5, seed = 1 }: KnownBadOptions,
): RunRequest {
  return { server: server.href, repository: repository.href, bad, cases: names, most, seed }
}

function casesFor(bad: KnownBad, options: KnownBadOptions): readonly string[] {
  const alone = bad.level === 'engine' && bad.alone
  // Case 24 looks back on the others.
  const named = options.cases === 'named' && bad.caughtBy !== 'no-unhandled-errors'
  if (alone || named) return [bad.caughtBy]
  return cases.filter((entry) => !isPlanned(entry)).map(({ name }) => name)
}

function resultOf(
  { name, level, mutation, ...bad }: KnownBad,
  results: readonly CaseResult[],
): KnownBadResult {
  const named = results.find((result) => result.name === bad.caughtBy)
  const reason = named?.reason ?? named?.status ?? 'it did not run'
  const failed = results.filter(({ status }) => status === 'failed')
  return {
    ...{ name, level, mutation, caughtBy: bad.caughtBy },
    caught: named?.status === 'failed' && bad.failureMatches.test(reason),
    reason,
    failedCases: failed.map((result) => result.name),
  }
}
