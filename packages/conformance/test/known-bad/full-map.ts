import type {
  Capabilities,
  Finding,
  StoredRecord,
  TokenRepository,
  Write,
} from '@tokenward/core/adapter'
import { Closed, NotPrepared, newestFirst } from '@tokenward/core/adapter'
import type { ServerHandle } from '../../src/index.ts'

interface MapServer {
  /** By namespace, by key. */
  readonly records: Map<string, Map<string, StoredRecord>>
  readonly watchers: Set<(key: string) => void>
  /** Whether it has its schema. */
  isPrepared: boolean
  /** All that clients send, while it is recorded. */
  readonly logs: Set<string[]>
}

const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: false,
  linearizable: true,
  failoverSafe: false,
  network: false,
  readsSettings: true,
  roles: false,
  listing: true,
  pruning: true,
  notifications: true,
  maxBodyBytes: 65_536,
}

const FORGETS: Finding = {
  code: 'forgets',
  message: 'the URL has it',
  fix: 'leave it out of the URL',
  downgrades: { durability: 'evicting' },
}

const servers = new Map<string, MapServer>()

export function serverOf(url: string): MapServer {
  const server = servers.get(url) ?? {
    records: new Map(),
    watchers: new Set(),
    logs: new Set(),
    isPrepared: !url.includes('#unprepared'),
  }
  servers.set(url, server)
  return server
}

/** A correct repository with everything that the suite can try. A URL with `#evicts` is unsafe. */
export default function fullMap(url: string, namespace: string): TokenRepository {
  const server = serverOf(url)
  const mine = new Set<(key: string) => void>()
  let isOpen = false
  const records = (signal: AbortSignal, sent: unknown) => {
    signal.throwIfAborted()
    for (const log of server.logs) log.push(JSON.stringify(sent))
    if (!isOpen) throw closed()
    if (!server.isPrepared) throw new NotPrepared('The map has no schema: call migrate().')
    const found = server.records.get(namespace) ?? new Map<string, StoredRecord>()
    server.records.set(namespace, found)
    return found
  }
  return {
    name: 'full-map',
    namespace,
    capabilities: CAPABILITIES,
    async open() {
      isOpen = true
      return url.endsWith('#forgets') ? [FORGETS] : []
    },
    async read(keys, signal) {
      const all = records(signal, keys)
      return keys.map((key) => all.get(key) ?? null)
    },
    async write(writes, signal) {
      const all = records(signal, writes)
      if (writes.some(({ record }) => record.retainUntil <= Date.now())) throw new Error('past')
      return writes.map((write) => compareAndSet(all, write, server.watchers))
    },
    async list(group, after, limit, signal) {
      const found = [...records(signal, group).values()].filter(
        (record) =>
          (after === null || newestFirst(after, record) < 0) &&
          (group === null || record.groups.includes(group)),
      )
      return found.sort(newestFirst).slice(0, limit)
    },
    async prune(now, limit, dryRun, signal) {
      const all = records(signal, now)
      const past = [...all.values()].filter(({ retainUntil }) => retainUntil <= now)
      const chosen = past.slice(0, limit)
      if (!dryRun) for (const { key } of chosen) all.delete(key)
      return chosen.length
    },
    async watch(changed) {
      if (!isOpen) throw closed()
      server.watchers.add(changed)
      mine.add(changed)
      return async () => void server.watchers.delete(changed)
    },
    async migrate(dryRun) {
      if (!isOpen) throw closed()
      if (!dryRun) server.isPrepared = true
      return ['CREATE MAP']
    },
    async close() {
      isOpen = false
      for (const changed of mine) server.watchers.delete(changed)
    },
  }
}

function compareAndSet(
  all: Map<string, StoredRecord>,
  { record, expected }: Write,
  watchers: Iterable<(key: string) => void>,
): boolean {
  const etag = all.get(record.key)?.etag ?? null
  if (etag === record.etag) return true
  if (etag !== expected) return false
  all.set(record.key, Object.freeze({ ...record, groups: Object.freeze([...record.groups]) }))
  for (const tell of watchers) tell(record.key)
  return true
}

/** A server for it, with every optional member of a handle. */
export async function startFullMap(): Promise<ServerHandle> {
  const url = `full-map:${crypto.randomUUID()}`
  const { records, logs } = serverOf(url)
  return {
    url,
    server: { name: 'a map', version: '1', standIn: false },
    stop: async () => void servers.delete(url),
    snapshot: async () => {
      const copy = [...records].map(([name, all]) => [name, new Map(all)] as const)
      return async () => {
        records.clear()
        for (const [name, all] of copy) records.set(name, new Map(all))
      }
    },
    wipe: async () => records.clear(),
    drop: async (key) => {
      for (const all of records.values()) all.delete(key)
    },
    damage: async (key) => {
      for (const all of records.values()) {
        const record = all.get(key)
        if (record) all.set(key, { ...record, body: 'corrupt' })
      }
    },
    expiryOf: async (key) => {
      const found = [...records.values()].flatMap((all) => all.get(key) ?? [])
      return Math.min(...found.map(({ retainUntil }) => retainUntil))
    },
    unprepared: async () => `${url}#unprepared-${crypto.randomUUID()}`,
    recordLog: async () => {
      const log: string[] = []
      logs.add(log)
      return async () => {
        logs.delete(log)
        return log.join('\n')
      }
    },
    callerOwned: async (namespace) => {
      let isOpen = true
      return {
        repository: fullMap(url, namespace),
        use: async () => {
          if (!isOpen) throw new Error('the client has ended')
        },
        listeners: () => 0,
        dispose: async () => {
          isOpen = false
        },
      }
    },
    unsafe: [{ name: 'an evicting map', url: `${url}#forgets`, finding: 'forgets' }],
  }
}

function closed(): Closed {
  return new Closed('The map is not open: call open() first.')
}
