import type {
  Capabilities,
  Finding,
  StoredRecord,
  TokenRepository,
  Write,
} from '@tokenward/core/adapter'
import type { Machine } from './machine.ts'
import type { Durability } from './scenario.ts'
import type { SimulatedStore } from './store.ts'

function capabilities(durability: Durability): Capabilities {
  return {
    // A reverting store claims to be durable.
    durability: durability === 'evicting' ? 'evicting' : 'durable',
    shared: true,
    linearizable: true,
    failoverSafe: true,
    network: true,
    readsSettings: false,
    roles: false,
    listing: false,
    pruning: true,
    notifications: false,
    maxBodyBytes: 1_048_576,
  }
}

/** One machine's connection to the simulated store. */
export class SimulatedRepository implements TokenRepository {
  readonly name: string = 'simulation'
  readonly namespace: string = 'simulation'
  readonly capabilities: Capabilities
  /** The calling machine and the store that is called: a schedule sets both. */
  machine: Machine
  store: SimulatedStore

  constructor(machine: Machine, store: SimulatedStore, durability: Durability) {
    this.machine = machine
    this.store = store
    this.capabilities = capabilities(durability)
  }

  async open(): Promise<readonly Finding[]> {
    return []
  }

  read(keys: readonly string[], signal: AbortSignal): Promise<readonly (StoredRecord | null)[]> {
    const parts = keys.map((key) => ({ read: key }))
    return this.store.send(this.machine, 'read', parts, signal, (results) =>
      keys.map((key) => results.get(key) as StoredRecord | null),
    )
  }

  write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const parts = writes.map((write) => ({ write }))
    return this.store.send(this.machine, 'write', parts, signal, (results) =>
      writes.map(({ record }) => results.get(record.key) === true),
    )
  }

  prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const parts = [{ prune: now, limit, dryRun }]
    return this.store.send(
      this.machine,
      'prune',
      parts,
      signal,
      (results) => results.get('prune') as number,
    )
  }

  async close(): Promise<void> {}
}
