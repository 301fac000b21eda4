import {
  assertRetained,
  type Capabilities,
  type Finding,
  Lifecycle,
  noAnswer,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'
import { Client } from './client.ts'
import { Keys } from './keys.ts'
import { toRecord } from './records.ts'
import * as requests from './requests.ts'

/** Less than core's own time-out, so that the error with the reason comes first. */
const OPEN_TIMEOUT_MS = 25_000
/** A transaction of etcd has at most 128 operations, and a reply of the gateway at most 4 MB. */
const KEYS_PER_READ = 32
/** A request has at most 1.5 MB. */
const WRITES_PER_REQUEST = 16
const ENTRIES_PER_PAGE = 32
/** With fewer members, the failure of one ends the majority. */
const MIN_MEMBERS = 3

/** Does I/O and nothing else: only core knows what a record means. */
export class EtcdRepository implements TokenRepository {
  readonly name = 'etcd'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #keys: Keys
  readonly #lifecycle: Lifecycle<Client>

  constructor(members: readonly string[], namespace: string) {
    this.namespace = namespace
    this.#keys = new Keys(namespace)
    this.#lifecycle = new Lifecycle<Client>({
      name: this.name,
      connect: () => new Client(members),
      inspect: findingsOf,
      disconnect: (client, closed) => client.close(closed),
    })
  }

  open(): Promise<readonly Finding[]> {
    return this.#lifecycle.open()
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const client = await this.#lifecycle.session()
    return inParts(keys, KEYS_PER_READ, async (part) => {
      const stored = await this.#readStored(client, part, signal)
      return stored.map((each, i) => each && toRecord(part[i] ?? '', each))
    })
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const client = await this.#lifecycle.session()
    for (const { record } of writes) assertRetained(record)
    return inParts(writes, WRITES_PER_REQUEST, async (part) => {
      const reply = await transact(client, requests.writeAll(this.#keys, part), signal)
      return requests.writtenIn(reply, part.length)
    })
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const client = await this.#lifecycle.session()
    let [from, to] = this.#keys.retainedUpTo(now)
    let pruned = 0
    while (pruned < limit) {
      const size = Math.min(ENTRIES_PER_PAGE, limit - pruned)
      const entries = await findEntries(client, [from, to], size, signal)
      for (const record of await this.#pastOf(client, entries, now, signal)) {
        if (dryRun) pruned += record.isPast ? 1 : 0
        else pruned += (await this.#pruneOne(client, record, signal)) ? 1 : 0
      }
      if (entries.length < size) break
      from = `${entries.at(-1)}\0` // The first key after it.
    }
    return pruned
  }

  close(): Promise<void> {
    return this.#lifecycle.close()
  }

  /** A record whose retention was extended since has a later entry too: only this one is past. */
  async #pastOf(
    client: Client,
    entries: readonly string[],
    now: number,
    signal: AbortSignal,
  ): Promise<readonly Entry[]> {
    const keys = entries.map((entry) => this.#keys.keyOf(entry))
    const stored = await this.#readStored(client, keys, signal)
    return entries.map((entry, i) => {
      const key = keys[i] ?? ''
      const found = stored[i] ?? null
      const record = found && toRecord(key, found)
      const isPast = record !== null && record.kind !== 'corrupt' && record.retainUntil <= now
      return { entry, key, isPast, revision: isPast ? (found?.revision ?? null) : null }
    })
  }

  /** @returns whether a record was deleted, and not its entry alone */
  async #pruneOne(
    client: Client,
    { entry, key, revision }: Entry,
    signal: AbortSignal,
  ): Promise<boolean> {
    const txn = requests.pruneEntry(entry, this.#keys.record(key), revision)
    const { succeeded = false } = await transact(client, txn, signal)
    return succeeded && revision !== null
  }

  async #readStored(client: Client, keys: readonly string[], signal: AbortSignal) {
    if (keys.length === 0) return []
    const stored = keys.map((key) => this.#keys.record(key))
    const reply = await transact(client, requests.readAll(stored), signal)
    return requests.storedIn(reply, keys.length)
  }
}

function transact(
  client: Client,
  txn: requests.Txn,
  signal: AbortSignal,
): Promise<requests.TxnReply> {
  return client.post('/v3/kv/txn', txn, signal)
}

async function findEntries(
  client: Client,
  range: readonly [string, string],
  limit: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const message = requests.findEntries(range, limit)
  const { kvs = [] } = await client.post<requests.RangeReply>('/v3/kv/range', message, signal)
  return kvs.map(({ key }) => requests.decode(key))
}

/** An entry of the index for `prune`. */
interface Entry {
  readonly entry: string
  readonly key: string
  readonly isPast: boolean
  /** Of a record that is past. */
  readonly revision: string | null
}

/** Parts of a batch are separate requests, side by side. */
async function inParts<T, R>(
  all: readonly T[],
  size: number,
  call: (part: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
    all.slice(n * size, (n + 1) * size),
  )
  return (await Promise.all(parts.map(call))).flat()
}

/** Asks one member after the other until one answers. */
async function findingsOf(client: Client): Promise<readonly Finding[]> {
  const timeout = AbortSignal.timeout(OPEN_TIMEOUT_MS)
  let failure: unknown
  for (let tried = 0; tried < client.memberCount; tried++) {
    try {
      const path = '/v3/cluster/member/list'
      const { members = [] } = await client.post<{ members?: unknown[] }>(path, {}, timeout)
      return members.length < MIN_MEMBERS ? [fewMembers(members.length)] : []
    } catch (error) {
      failure = error
    }
  }
  throw timeout.aborted ? noAnswer('etcd', OPEN_TIMEOUT_MS, failure) : failure
}

function fewMembers(count: number): Finding {
  return {
    code: 'few-members',
    message: `etcd has ${count} members: when one fails, none takes over`,
    fix: 'run three or five members',
    downgrades: { failoverSafe: false },
  }
}
