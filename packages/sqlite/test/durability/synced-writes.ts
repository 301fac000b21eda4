import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A file that never exists: the tracer sees the attempt to access it. */
export const ACKNOWLEDGED = '/tokenward-acknowledged'

const run = promisify(execFile)

/** Makes another process write, and counts the acknowledgements before which the file was synced. */
export async function syncedWrites(url: string, namespace: string, count: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-strace-'))
  const trace = join(folder, 'trace')
  const writer = new URL('./writer.ts', import.meta.url).pathname
  const { NODE_OPTIONS: _, ...env } = process.env
  const watch = ['-f', '-qq', '-y', '-e', 'trace=fsync,fdatasync,/access', '-o', trace]
  const node = [process.execPath, writer, url, namespace, String(count)]
  try {
    await run('strace', [...watch, ...node], { env })
    return countSynced(await readFile(trace, 'utf8'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** @param trace of strace: one system call a line, in the order in which they happened */
export function countSynced(trace: string): number {
  let synced = 0
  let sinceLast = false
  for (const line of trace.split('\n')) {
    // Split in two lines where another thread came between: the second one has the outcome.
    if (/\bf(data)?sync\b.*= 0$/.test(line)) sinceLast = true
    if (!line.includes(ACKNOWLEDGED)) continue
    if (sinceLast) synced++
    sinceLast = false
  }
  return synced
}
