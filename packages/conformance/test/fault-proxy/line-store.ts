import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { newestFirst, type StoredRecord, type Write } from '@tokenward/core/adapter'
import type { Account, Ask, Records, Request } from './line-protocol.ts'

/** How long a server that acknowledges early delays its writes, ms. */
const LATE = 40

/** The expiry of a server that caps it, ms. */
const LONGEST = 30 * 86_400_000

const MAY: Readonly<Record<Account, readonly string[]>> = {
  root: ['read', 'write', 'list', 'prune'],
  verify: ['read', 'list'],
  write: ['read', 'list', 'write'],
  prune: ['read', 'prune'],
  migrate: ['read', 'list', 'write', 'prune'],
}

/** By which of its instants the server deletes a record; `capped`: at most 30 days after it was written. */
type Expiry = 'never' | 'retainUntil' | 'expiresAt' | 'capped'

export interface StoreOptions {
  /** Acknowledges before anything is in the file. */
  readonly early?: boolean
  readonly expiry?: Expiry
}

/** The map of the server, in a file of lines. */
export class LineStore {
  readonly #records: Records = new Map()
  readonly #storedAt = new WeakMap<StoredRecord, number>()
  readonly #file: number
  readonly #isEarly: boolean
  readonly #expiry: Expiry
  /** How far its clock is off, ms. */
  offset = 0

  constructor(file: string, { early = false, expiry = 'never' }: StoreOptions) {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
    for (const line of lines) {
      const [namespace, key, record] = JSON.parse(line) as [string, string, StoredRecord | null]
      if (record) this.#of(namespace).set(key, record)
      else this.#of(namespace).delete(key)
    }
    this.#file = openSync(file, 'a')
    this.#isEarly = early
    this.#expiry = expiry
  }

  /** @throws Error the account may not do that */
  answer({ as, namespace, ask }: Request): unknown {
    const [what = ''] = Object.keys(ask)
    if (!MAY[as].includes(what)) throw new Error(`permission denied: ${as} may not ${what}`)
    return this.#answer(namespace, ask)
  }

  close(): void {
    closeSync(this.#file)
  }

  #answer(namespace: string, ask: Ask): unknown {
    const records = this.#of(namespace)
    this.#expire(records)
    if ('read' in ask) return ask.read.map((key) => records.get(key) ?? null)
    if ('write' in ask) return this.#write(namespace, ask.write)
    if ('list' in ask) {
      const { group, after, limit } = ask.list
      return [...records.values()]
        .filter(({ groups }) => !group || groups.includes(group))
        .filter((record) => after === null || newestFirst(after, record) < 0)
        .sort(newestFirst)
        .slice(0, limit)
    }
    const { now, limit, dryRun } = ask.prune
    const past = [...records.values()].filter(({ retainUntil }) => retainUntil <= now)
    const chosen = past.slice(0, limit).map(({ key }) => key)
    if (!dryRun) for (const key of chosen) records.delete(key)
    if (!dryRun) this.#keep(chosen.map((key) => [namespace, key, null]))
    return chosen.length
  }

  #write(namespace: string, writes: readonly Write[]): boolean[] {
    const records = this.#of(namespace)
    if (writes.some(({ record }) => record.retainUntil <= this.#now())) throw new Error('past')
    const changed: unknown[] = []
    const answers = writes.map(({ record, expected }) => {
      const etag = records.get(record.key)?.etag ?? null
      if (etag === record.etag) return true
      if (etag !== expected) return false
      records.set(record.key, record)
      this.#storedAt.set(record, this.#now())
      changed.push([namespace, record.key, record])
      return true
    })
    this.#keep(changed)
    return answers
  }

  #now(): number {
    return Date.now() + this.offset
  }

  #expire(records: Map<string, StoredRecord>): void {
    const expiry = this.#expiry
    if (expiry === 'never') return
    for (const [key, record] of records) {
      const at =
        expiry === 'capped'
          ? Math.min(record.retainUntil, (this.#storedAt.get(record) ?? 0) + LONGEST)
          : record[expiry]
      if (at <= this.#now()) records.delete(key)
    }
  }

  #keep(lines: readonly unknown[]): void {
    if (lines.length === 0) return
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    const store = () => {
      writeSync(this.#file, text)
      fsyncSync(this.#file)
    }
    if (this.#isEarly) setTimeout(store, LATE)
    else store()
  }

  #of(namespace: string): Map<string, StoredRecord> {
    const found = this.#records.get(namespace) ?? new Map<string, StoredRecord>()
    this.#records.set(namespace, found)
    return found
  }
}
