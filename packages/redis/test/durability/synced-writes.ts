import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tokenward/conformance/harness'
import { redis } from '../../src/index.ts'
import { processIn } from './strace.ts'

interface Traceable {
  readonly url: string
  run(command: readonly string[]): Promise<string>
}

/** Traces the server while the adapter writes, and counts the replies that came after a sync. */
export async function syncedWrites(
  { url, run }: Traceable,
  namespace: string,
  count: number,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-strace-'))
  const trace = join(folder, 'trace')
  const pid = processIn((await run(['readlink', '/proc/1/ns/pid'])).trim())
  const calls = ['-f', '-qq', '-s', '16', '-e', 'trace=fsync,fdatasync,write', '-o', trace]
  try {
    await writeSome(url, namespace, 0, 1) // Loads the script.
    const tracer = spawn('strace', [...calls, '-p', pid], { stdio: 'ignore' })
    await once(tracer, 'spawn')
    await writeUntilTraced(url, namespace, trace)
    await writeSome(url, namespace, 1_000_000, count)
    tracer.kill('SIGINT')
    await once(tracer, 'close')
    return countSynced(await readFile(trace, 'utf8'), count)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** @param trace of strace, one system call a line @param last only so many last replies count */
export function countSynced(trace: string, last: number): number {
  const synced: boolean[] = []
  let sinceLast = false
  for (const line of trace.split('\n')) {
    // A call that another thread interrupts takes two lines: the second one has the result.
    if (/\bf(data)?sync\b.*= 0$/.test(line)) sinceLast = true
    if (!/\bwrite\(\d+, ":1\\r\\n", 4\)/.test(line)) continue
    synced.push(sinceLast)
    sinceLast = false
  }
  return synced.slice(-last).filter(Boolean).length
}

/** The tracer starts late: repeats a write until its reply is in the trace. */
async function writeUntilTraced(url: string, namespace: string, trace: string): Promise<void> {
  for (let n = 1; ; n++) {
    await writeSome(url, namespace, n, 1)
    const seen = await readFile(trace, 'utf8').catch(() => '')
    if (seen.includes(':1')) return
  }
}

async function writeSome(url: string, namespace: string, from: number, count: number) {
  const repository = redis(url, { namespace })
  await repository.open()
  for (let n = from; n < from + count; n++) {
    const write = { record: record(n), expected: null }
    const [done] = await repository.write([write], AbortSignal.timeout(120_000))
    if (done !== true) throw new Error(`record ${n} was not stored`)
  }
  await repository.close()
}
