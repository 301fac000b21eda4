import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import type { KnownBadEngine } from '../known-bad/engines/known-bad-engine.ts'
import type { Chunk, Ran } from './messages.ts'
import type { Retention } from './setting.ts'

export interface Search {
  /** `null`: core as it is. */
  readonly bad?: KnownBadEngine | null
  readonly retention?: Retention
  /** The first seed. */
  readonly from?: number
  readonly count: number
  /** Ends with the first failure. */
  readonly stopsAtFailure?: boolean
  readonly hashes?: boolean
  /** Child processes. Default: one for each processor. */
  readonly workers?: number
  readonly onProgress?: (done: number) => void
}

/** Seeds that a worker is given at once. */
const CHUNK = 500

// The same module as this one is: source or built.
const worker = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)

/** Runs many schedules in child processes of its own; hashes come in the order of the seeds. */
export async function search(wanted: Search): Promise<Ran> {
  const chunks = chunksOf(wanted)
  const results: Ran[] = Array.from({ length: chunks.length })
  let next = 0
  let done = 0
  let failed = false
  const work = async (): Promise<void> => {
    const child = fork(worker, {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    try {
      while (next < chunks.length && !(failed && wanted.stopsAtFailure)) {
        const mine = next++
        const ran = await ask(child, chunks[mine] as Chunk)
        results[mine] = ran
        failed ||= ran.failed > 0
        done += ran.schedules
        wanted.onProgress?.(done)
      }
    } finally {
      child.kill('SIGKILL')
    }
  }
  const workers = Math.min(wanted.workers ?? availableParallelism(), chunks.length)
  await Promise.all(Array.from({ length: workers }, work))
  return joined(results.filter((ran) => ran !== undefined))
}

function chunksOf({
  bad = null,
  retention = 'durable',
  from = 1,
  count,
  hashes = false,
}: Search): Chunk[] {
  const chunks: Chunk[] = []
  for (let start = 0; start < count; start += CHUNK) {
    const size = Math.min(CHUNK, count - start)
    chunks.push({ bad, retention, from: from + start, count: size, hashes })
  }
  return chunks
}

async function ask(child: ChildProcess, chunk: Chunk): Promise<Ran> {
  child.send(chunk)
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(
      `a worker of the simulation ended (${code ?? signal}) at seeds ${chunk.from} on`,
    )
  })
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [
    Ran | { crashed: string },
  ]
  if ('crashed' in answer) throw new Error(answer.crashed)
  return answer
}

function joined(results: readonly Ran[]): Ran {
  const sum = (count: (ran: Ran) => number) => results.reduce((total, ran) => total + count(ran), 0)
  return {
    schedules: sum(({ schedules }) => schedules),
    steps: sum(({ steps }) => steps),
    operations: sum(({ operations }) => operations),
    failed: sum(({ failed }) => failed),
    failures: results.flatMap(({ failures }) => failures),
    hashes: results.flatMap(({ hashes }) => hashes),
  }
}
