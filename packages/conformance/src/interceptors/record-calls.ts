import type { Write } from '@tokenward/core/adapter'
import { intercept, type RepositoryWrapper } from './intercept.ts'

/** The calls that core sent, in order: to count them, to search them for secrets, to send them again. */
export interface CallRecorder {
  readonly wrap: RepositoryWrapper
  readonly reads: (readonly string[])[]
  readonly writes: (readonly Write[])[]
  /** Reads and writes together. */
  calls(): number
  clear(): void
}

export function recordCalls(): CallRecorder {
  const reads: (readonly string[])[] = []
  const writes: (readonly Write[])[] = []
  return {
    reads,
    writes,
    calls: () => reads.length + writes.length,
    clear() {
      reads.length = 0
      writes.length = 0
    },
    wrap: (inner) =>
      intercept(inner, {
        read(pass, keys, signal) {
          reads.push(keys)
          return pass(keys, signal)
        },
        write(pass, batch, signal) {
          writes.push(batch)
          return pass(batch, signal)
        },
      }),
  }
}
