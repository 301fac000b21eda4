import type { Random } from '@tokenward/conformance/harness'
import type { StoredRecord } from '@tokenward/core/adapter'
import type { History } from './history.ts'
import type { Durability } from './scenario.ts'
import type { SimulatedStore } from './store.ts'
import type { Trace } from './trace.ts'

/** Rare enough that some records stay. */
const FORGETS = 0.25

interface Snapshot {
  readonly step: number
  readonly records: ReadonlyMap<string, StoredRecord>
}

/**
 * A store that does not keep what it acknowledged: one that evicts records, or reverts to a snapshot.
 */
export class DataLoss {
  /** When it reverted. */
  reverted: History['reverted'] = null
  /** The last time that it evicted a record. */
  lastEviction: History['lastEviction'] = null
  readonly #store: SimulatedStore
  readonly #durability: Durability
  readonly #random: Random
  readonly #trace: Trace
  #snapshot: Snapshot | null = null

  constructor(store: SimulatedStore, durability: Durability, random: Random, trace: Trace) {
    this.#store = store
    this.#durability = durability
    this.#random = random
    this.#trace = trace
  }

  /** The events that may happen now. */
  events(): { readonly weight: number; readonly happen: () => void }[] {
    if (this.#durability === 'evicting') return [{ weight: FORGETS, happen: () => this.#evict() }]
    if (this.#durability === 'durable' || this.reverted !== null) return []
    const snapshot = this.#snapshot
    const happen = () => (snapshot ? this.#revert(snapshot) : this.#keep())
    return [{ weight: snapshot ? 0.2 : 0.7, happen }]
  }

  #evict(): void {
    const records = [...this.#store.records.values()]
    if (records.length === 0) return
    const { key, kind } = this.#random.pick(this.#random.chance(0.5) ? records.slice(-6) : records)
    this.#store.records.delete(key)
    this.lastEviction = this.#trace.step
    this.#trace.add(() => `the store evicts ${kind} ${key.slice(0, 6)}`)
  }

  #keep(): void {
    const { step } = this.#trace
    this.#snapshot = { step, records: new Map(this.#store.records) }
    this.#trace.add(() => 'a snapshot is made')
  }

  #revert({ step, records }: Snapshot): void {
    this.#store.records.clear()
    for (const [key, record] of records) this.#store.records.set(key, record)
    this.reverted = { to: step, at: this.#trace.step }
    this.#trace.add(() => `the store reverts to step ${step}`)
  }
}
