// What the tests of revocations share: a context on a store of its own, without an instance around it.
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import type { Context } from '../src/context.ts'
import type { Policy } from '../src/policy/policy.ts'
import type { Cutoff } from '../src/records/cutoff.ts'
import { KeyDeriver } from '../src/scopes/keys.ts'
import { Deadline } from '../src/store/deadline.ts'
import { Store } from '../src/store/store.ts'
import { makeRoot } from '../src/transitions/root.ts'
import { losingRepository } from './losing.ts'

export const NOW = 1_800_000_000_000
export const HOUR = 3_600_000
export const UNAVAILABLE = { code: 'TOKENWARD_STORE_UNAVAILABLE' }
export const INDETERMINATE = { code: 'TOKENWARD_WRITE_INDETERMINATE' }

export const keyDeriver = await KeyDeriver.create('test')
export const policy = {
  maxLifetime: HOUR,
  session: 2 * HOUR,
  access: 60_000,
  leeway: 0,
  skew: 5_000,
  lease: null,
  missingMeansRefused: false,
  clock: () => NOW,
} as unknown as Policy
export const rootOwner = {
  key: keyDeriver.root,
  pepperCheck: keyDeriver.pepperCheck,
  issuer: undefined,
}
export const root = makeRoot(rootOwner, { maxLifetime: 3 * HOUR, lease: null }, 1)

/** A context on a store with these records, and what it writes and emits. */
export function contextOn(
  stored: readonly StoredRecord[],
  options: Partial<Policy> = {},
  more: Partial<TokenRepository> = {},
) {
  const records = new Map(stored.map((record) => [record.key, record]))
  const events: [name: string, event: object][] = []
  const { repository, writes, state, store } = losingRepository(records, more)
  const context = {
    policy: { ...policy, ...options },
    rootOwner,
    keyDeriver,
    store: new Store(repository, { unavailable: () => {}, recovered: () => {} }),
    sealing: null,
    capabilities: repository.capabilities,
    events: { emit: (name: string, event: object) => events.push([name, event]) },
    deadline: () => new Deadline(20_000),
  } as unknown as Context
  return { context, records, writes, events, state, store }
}

export function cutoffIn(record: StoredRecord | undefined): Cutoff {
  return JSON.parse(record?.body ?? '')
}
