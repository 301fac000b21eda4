import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import type { KnownBadEngine } from '@tokenward/conformance/known-bad'
import type { Chunk, ExplainRequest, Reply, Request, SearchResult } from './messages.ts'
import type { Durability } from './scenario.ts'

export interface SearchOptions {
  /**
   * Core with a mutation.
   * @default core as it is
   */
  readonly bad?: KnownBadEngine
  /**
   * What the store does with acknowledged writes.
   * @default 'durable'
   */
  readonly durability?: Durability
  /**
   * The first seed.
   * @default 1
   */
  readonly from?: number
  readonly count: number
  /** Whether each worker stops at its first failure. */
  readonly stopsAtFailure?: boolean
  readonly hashes?: boolean
  /**
   * Child processes.
   * @default one for each processor
   */
  readonly workers?: number
  readonly onProgress?: (done: number) => void
}

/** Seeds that a worker is given at once. */
const CHUNK = 500
// The same module as this one is: source or built.
const WORKER: URL = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)

/** Runs many schedules in separate child processes. */
export async function searchSchedules(options: SearchOptions): Promise<SearchResult> {
  const chunks = chunksOf(options)
  const results: SearchResult[] = []
  let next = 0
  let done = 0
  let failed = false
  const work = (child: ChildProcess) => async (): Promise<void> => {
    while (next < chunks.length && !(failed && options.stopsAtFailure)) {
      const mine = next++
      const reply = await exchange(child, { type: 'run', chunk: chunks[mine] as Chunk })
      if (!('result' in reply)) throw new Error('a worker of the simulation did not run its seeds')
      results[mine] = reply.result
      failed ||= reply.result.failures.length > 0
      done += reply.result.schedules
      options.onProgress?.(done)
    }
  }
  const workers = Math.min(options.workers ?? availableParallelism(), chunks.length)
  await Promise.all(Array.from({ length: workers }, () => withChild((child) => work(child)())))
  // In the order of the seeds; those after a failure may not have run.
  return joined(results.filter((result) => result !== undefined))
}

/** The smallest schedule, as far as a short search finds one, with the same violation. */
export async function explainFailure(options: ExplainRequest): Promise<string> {
  const reply = await withChild((child) => exchange(child, { type: 'explain', explain: options }))
  return 'narrative' in reply ? reply.narrative : JSON.stringify(reply)
}

function chunksOf({
  bad,
  durability = 'durable',
  from = 1,
  count,
  ...how
}: SearchOptions): Chunk[] {
  const { stopsAtFailure = false, hashes = false } = how
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) => {
    const size = Math.min(CHUNK, count - i * CHUNK)
    const seeds = { from: from + i * CHUNK, count: size }
    return { bad: bad ?? null, durability, ...seeds, stopsAtFailure, hashes }
  })
}

async function withChild<T>(work: (child: ChildProcess) => Promise<T>): Promise<T> {
  // Gigabytes of short-lived garbage: a larger young generation copies less of it.
  const execArgv = ['--max-semi-space-size=64']
  const child = fork(WORKER, { serialization: 'advanced', execArgv })
  try {
    return await work(child)
  } finally {
    child.kill('SIGKILL')
  }
}

async function exchange(child: ChildProcess, request: Request): Promise<Reply> {
  const settled = new AbortController()
  const { signal } = settled
  const ended = once(child, 'exit', { signal }).then(([code, killed]) => {
    throw new Error(`a worker of the simulation ended: ${code ?? killed}`)
  })
  ended.catch(() => undefined)
  child.send(request)
  try {
    const [reply] = (await Promise.race([once(child, 'message', { signal }), ended])) as [Reply]
    if ('crashed' in reply) throw new Error(reply.crashed)
    return reply
  } finally {
    settled.abort()
  }
}

function joined(results: readonly SearchResult[]): SearchResult {
  const sum = (count: (result: SearchResult) => number) =>
    results.reduce((total, result) => total + count(result), 0)
  return {
    schedules: sum(({ schedules }) => schedules),
    steps: sum(({ steps }) => steps),
    operations: sum(({ operations }) => operations),
    failures: results.flatMap(({ failures }) => failures),
    hashes: results.flatMap(({ hashes }) => hashes),
  }
}
