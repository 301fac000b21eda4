import { availableParallelism } from 'node:os'
import { cases } from '../../cases/all.ts'
import { isPlanned } from '../../suite/case.ts'
import type { Outcome } from '../../suite/result.ts'
import { type KnownBad, knownBad } from '../all.ts'
import type { Order } from './messages.ts'
import { Trier } from './worker.ts'

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
  readonly onRow?: (row: Row) => void
}

/** What the suite made of one known-bad. */
export interface Row {
  readonly name: string
  readonly level: KnownBad['level']
  readonly breaks: string
  readonly namedCase: string
  /** Whether the named case failed, and for the named reason. */
  readonly caught: boolean
  /** What the named case said. */
  readonly reason: string
  /** Of those that ran, in the order of the suite. */
  readonly failedCases: readonly string[]
}

/** Tries the suite itself: its cases on everything that is broken on purpose. */
export async function tryKnownBad(options: KnownBadOptions): Promise<readonly Row[]> {
  const chosen = knownBad.filter(({ name }) => options.only?.includes(name) ?? true)
  const queue = [...chosen]
  const rows = new Map<KnownBad, Row>()
  const right = assertRight(chosen, options)
  const work = async () => {
    let trier = new Trier()
    for (let bad = queue.shift(); bad !== undefined; bad = queue.shift()) {
      if (trier.isGone) trier = new Trier()
      const row = rowOf(bad, await trier.try(orderFor(bad.name, casesFor(bad, options), options)))
      rows.set(bad, row)
      options.onRow?.(row)
      // What hangs in the dark spoils no other one's whole run.
      if (options.cases !== 'named') trier.end()
    }
    trier.end()
  }
  // Two for each core: most of what is broken waits, for deadlines and for one another.
  const workers = Array.from({ length: 2 * availableParallelism() - 1 }, work)
  await Promise.all([right, ...workers])
  return knownBad.flatMap((bad) => rows.get(bad) ?? [])
}

/** What fails anyway would catch everything. */
async function assertRight(chosen: readonly KnownBad[], options: KnownBadOptions): Promise<void> {
  const tried = new Set(chosen.flatMap((bad) => casesFor(bad, options)))
  const trier = new Trier()
  const outcomes = await trier.try(orderFor(null, [...tried], options))
  trier.end()
  const failed = outcomes.find(({ status }) => status === 'failed')
  if (failed) throw new Error(`${failed.name} fails although nothing is broken: ${failed.reason}`)
}

function orderFor(
  bad: string | null,
  names: readonly string[],
  { server, repository, most = 5, seed = 1 }: KnownBadOptions,
): Order {
  return { server: server.href, repository: repository.href, bad, cases: names, most, seed }
}

function casesFor(bad: KnownBad, options: KnownBadOptions): readonly string[] {
  const alone = bad.level === 'engine' && bad.alone
  // Case 24 looks back on the others.
  const named = options.cases === 'named' && bad.namedCase !== 'no-uncaught'
  if (alone || named) return [bad.namedCase]
  return cases.filter((entry) => !isPlanned(entry)).map(({ name }) => name)
}

function rowOf({ name, level, breaks, ...bad }: KnownBad, outcomes: readonly Outcome[]): Row {
  const named = outcomes.find((outcome) => outcome.name === bad.namedCase)
  const reason = named?.reason ?? named?.status ?? 'it did not run'
  const failed = outcomes.filter(({ status }) => status === 'failed')
  return {
    ...{ name, level, breaks, namedCase: bad.namedCase },
    caught: named?.status === 'failed' && bad.because.test(reason),
    reason,
    failedCases: failed.map((outcome) => outcome.name),
  }
}
