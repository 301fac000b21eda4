import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventLoopTurns } from './unhandled-errors.ts'

/** What a process has after garbage collection. */
export interface Footprint {
  /** Bytes of objects. */
  readonly heap: number
  /** Bytes of buffers. */
  readonly external: number
  /** Sockets, timers and other resources that are active. */
  readonly handles: number
}

export async function footprint(): Promise<Footprint> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await eventLoopTurns(10)
  collect()
  await eventLoopTurns(10)
  collect()
  const { heapUsed: heap, external } = process.memoryUsage()
  return { heap, external, handles: process.getActiveResourcesInfo().length }
}
