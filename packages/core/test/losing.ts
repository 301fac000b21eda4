// What the tests of lost replies share: an instance on a store whose next write a test replaces.
import type { StoredRecord, Write } from '../src/adapter.ts'
import { prepare, type Tokenward, type TokenwardOptions } from '../src/index.ts'
import { instance, keys } from './instance.ts'
import { compareAndSet, mapRepository } from './map-repository.ts'
import { ISSUER, testClock } from './provider.ts'

type Lose = (writes: readonly Write[]) => unknown

export interface Losing {
  readonly tokens: Tokenward
  readonly clock: ReturnType<typeof testClock>
  readonly records: Map<string, StoredRecord>
  /** The keys of each read. */
  readonly reads: (readonly string[])[]
  readonly writes: Write[]
  /** `lose` runs instead of the next write, whose reply is lost, and `afterWrite` after the next one. */
  readonly state: { lose: Lose | null; afterWrite: (() => void) | null }
  /** As if the store had made the write. */
  readonly store: (writes: readonly Write[]) => void
}

export async function losing(options: Partial<TokenwardOptions> = {}): Promise<Losing> {
  const records = new Map<string, StoredRecord>()
  const reads: (readonly string[])[] = []
  const writes: Write[] = []
  const state: Losing['state'] = { lose: null, afterWrite: null }
  const inner = mapRepository(records)
  const repository = mapRepository(records, {
    read: (keys, signal) => {
      reads.push(keys)
      return inner.read(keys, signal)
    },
    write: async (sent, signal) => {
      writes.push(...sent)
      const { lose } = state
      state.lose = null
      if (lose === null) {
        const stored = await inner.write(sent, signal)
        state.afterWrite?.()
        state.afterWrite = null
        return stored
      }
      await lose(sent)
      throw new Error('connection reset')
    },
  })
  const clock = testClock()
  const all = { issuer: ISSUER, keys: await keys, repository, clock: clock.read, ...options }
  await prepare(all)
  const { tokens } = await instance(all)
  const store = (sent: readonly Write[]) => {
    for (const write of sent) compareAndSet(records, write)
  }
  return { tokens, clock, records, reads, writes, state, store }
}
