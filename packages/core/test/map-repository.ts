import {
  type Capabilities,
  newestFirst,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '../src/adapter.ts'

const capabilities: Capabilities = {
  durability: 'durable',
  shared: false,
  linearizable: true,
  failoverSafe: false,
  network: false,
  readsSettings: false,
  roles: false,
  listing: false,
  pruning: false,
  notifications: false,
  maxBodyBytes: 1_048_576,
}

/** The smallest repository. Tests replace single methods of it. */
export function mapRepository(
  records: Map<string, StoredRecord> = new Map(),
  more: Partial<TokenRepository> = {},
): TokenRepository {
  return {
    name: 'map',
    namespace: 'test',
    capabilities,
    open: async () => [],
    read: async (keys) => keys.map((key) => records.get(key) ?? null),
    write: async (writes) => writes.map((write) => compareAndSet(records, write)),
    close: async () => {},
    ...more,
  }
}

/** A repository that can also list and prune. */
export function listingRepository(
  records: Map<string, StoredRecord> = new Map(),
  more: Partial<TokenRepository> = {},
): TokenRepository {
  return {
    ...mapRepository(records),
    capabilities: { ...capabilities, listing: true, pruning: true },
    list: async (group, after, limit) =>
      [...records.values()]
        .filter(({ groups }) => group === null || groups.includes(group))
        .filter((record) => after === null || newestFirst(after, record) < 0)
        .sort(newestFirst)
        .slice(0, limit),
    prune: async (now, limit, dryRun) => {
      const past = [...records.values()].filter((r) => r.retainUntil <= now).slice(0, limit)
      if (!dryRun) for (const { key } of past) records.delete(key)
      return past.length
    },
    ...more,
  }
}

export function compareAndSet(
  records: Map<string, StoredRecord>,
  { record, expected }: Write,
): boolean {
  const etag = records.get(record.key)?.etag ?? null
  if (etag === record.etag) return true
  if (etag !== expected) return false
  records.set(record.key, record)
  return true
}

export function keyOf(n: number): string {
  return n.toString(16).padStart(24, '0')
}

export function recordOf(n: number, more: Partial<StoredRecord> = {}): StoredRecord {
  return {
    key: keyOf(n),
    kind: 'token',
    state: 'active',
    etag: `etag-${n}`,
    createdAt: 1_800_000_000_000 - n,
    expiresAt: 1_900_000_000_000,
    retainUntil: 1_900_000_060_000,
    groups: [],
    body: '{"id":"x"}',
    ...more,
  }
}
