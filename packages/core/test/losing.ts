// What the tests of lost replies share: a store whose next write a test replaces, and an instance on it.
import type { StoredRecord, TokenRepository, Write } from '../src/adapter.ts'
import { prepare, type Tokenward, type TokenwardOptions } from '../src/index.ts'
import { instance, keys } from './instance.ts'
import { compareAndSet, mapRepository } from './map-repository.ts'
import { ISSUER, testClock } from './provider.ts'

type Lose = (writes: readonly Write[]) => unknown

interface LosingRepository {
  readonly repository: TokenRepository
  /** The keys of each read. */
  readonly reads: (readonly string[])[]
  readonly writes: Write[]
  /** `lose` runs instead of the next write, whose reply is lost, and `afterWrite` after the next one. */
  readonly state: { lose: Lose | null; afterWrite: (() => void) | null }
  /** As if the store had made the write. */
  readonly store: (writes: readonly Write[]) => void
}

export interface Losing extends Omit<LosingRepository, 'repository'> {
  readonly tokens: Tokenward
  readonly clock: ReturnType<typeof testClock>
  readonly records: Map<string, StoredRecord>
}

export function losingRepository(
  records: Map<string, StoredRecord>,
  more: Partial<TokenRepository> = {},
): LosingRepository {
  const reads: (readonly string[])[] = []
  const writes: Write[] = []
  const state: LosingRepository['state'] = { lose: null, afterWrite: null }
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
    ...more,
  })
  const store = (sent: readonly Write[]) => {
    for (const write of sent) compareAndSet(records, write)
  }
  return { repository, reads, writes, state, store }
}

export async function losing(options: Partial<TokenwardOptions> = {}): Promise<Losing> {
  const records = new Map<string, StoredRecord>()
  const { repository, ...rest } = losingRepository(records)
  const clock = testClock()
  const all = { issuer: ISSUER, keys: await keys, repository, clock: clock.read, ...options }
  await prepare(all)
  const { tokens } = await instance(all)
  return { tokens, clock, records, ...rest }
}
