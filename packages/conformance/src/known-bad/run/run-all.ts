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
  /** A module whose default export is a correct `(url, namespace) => TokenRepository`. */
  readonly repository: URL
  /**
   * Names of known-bads.
   * @default all
   */
  readonly only?: readonly string[]
  /**
   * `named`: each only on the case that must catch it, which is fast.
   * @default 'all'
   */
  readonly cases?: 'all' | 'named'
  /**
   * The most rounds of any case: 5 are enough to catch each of them.
   * @default 5
   */
  readonly maxRounds?: number
  readonly seed?: number
  readonly onResult?: (result: KnownBadResult) => void
}

/** The result of the suite on one known-bad. */
export interface KnownBadResult {
  readonly name: string
  readonly level: KnownBad['level']
  readonly mutation: string
  readonly caughtBy: string
  /** Whether that case ran on this backend; if not, `reason` is why. */
  readonly ran: boolean
  /** Whether the case named by `caughtBy` failed, with a matching failure. */
  readonly caught: boolean
  /** The failure of that case. */
  readonly reason: string
  /** Cases that failed, in the order of the suite. */
  readonly failedCases: readonly string[]
}

/** Tests the suite: runs its cases on every known-bad. */
export async function tryKnownBad(options: KnownBadOptions): Promise<readonly KnownBadResult[]> {
  const chosen = knownBad.filter(({ name }) => options.only?.includes(name) ?? true)
  const queue = [...chosen]
  const results = new Map<KnownBad, KnownBadResult>()
  const control = assertCorrect(chosen, options)
  const work = async () => {
    let worker = new CaseWorker()
    for (let bad = queue.shift(); bad !== undefined; bad = queue.shift()) {
      if (worker.isGone) worker = new CaseWorker()
      const result = resultOf(
        bad,
        await worker.run(requestFor(bad.name, casesFor(bad, options), options)),
      )
      results.set(bad, result)
      options.onResult?.(result)
      // A new process for each, so that hanging calls of one do not disturb the next.
      if (options.cases !== 'named') await worker.end()
    }
    await worker.end()
  }
  // Two for each core: most known-bads wait, for deadlines and for one another.
  const workers = Array.from({ length: 2 * availableParallelism() - 1 }, work)
  await Promise.all([control, ...workers])
  return knownBad.flatMap((bad) => results.get(bad) ?? [])
}

/** A case that always fails would catch everything. */
async function assertCorrect(chosen: readonly KnownBad[], options: KnownBadOptions): Promise<void> {
  const tried = new Set(chosen.flatMap((bad) => casesFor(bad, options)))
  const worker = new CaseWorker()
  const results = await worker.run(requestFor(null, [...tried], options))
  await worker.end()
  const failed = results.find(({ status }) => status === 'failed')
  if (failed) throw new Error(`${failed.name} fails although nothing is broken: ${failed.reason}`)
}

function requestFor(
  bad: string | null,
  names: readonly string[],
  { server, repository, maxRounds = 5, seed = 1 }: KnownBadOptions,
): RunRequest {
  return { server: server.href, repository: repository.href, bad, cases: names, maxRounds, seed }
}

function casesFor(bad: KnownBad, options: KnownBadOptions): readonly string[] {
  const alone = bad.level === 'engine' && bad.alone
  // This case checks the errors of the others.
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
    name,
    level,
    mutation,
    caughtBy: bad.caughtBy,
    ran: named !== undefined && named.status !== 'not-run',
    caught: named?.status === 'failed' && bad.failureMatches.test(reason),
    reason,
    failedCases: failed.map((result) => result.name),
  }
}
