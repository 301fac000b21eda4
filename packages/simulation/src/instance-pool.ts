import type { Engine } from '@tokenward/conformance/harness'
import { createRandom } from '@tokenward/conformance/harness'
import type {
  Duration,
  SigningKeys,
  StoredRecord,
  Tokenward,
  TokenwardOptions,
} from '@tokenward/core'
import { complete } from './complete.ts'
import type { Host } from './deterministic-host.ts'
import { Machine } from './machine.ts'
import { SimulatedRepository } from './repository.ts'
import { ACCESS, BASE, REFRESH, SESSION, type Setting, SKEW } from './scenario.ts'
import { SimulatedStore } from './store.ts'
import { ISSUER } from './tokens.ts'
import { Trace } from './trace.ts'

/** What all schedules of one engine share. */
export interface Stage {
  readonly host: Host
  readonly engine: Engine
  readonly keys: SigningKeys
}

/** An instance, and the connection that connects it to a machine and its store. */
export interface Seat {
  readonly instance: Tokenward
  readonly connection: SimulatedRepository
}

/** The options of every instance of a schedule. */
export function tokenwardOptions(
  { keys }: Stage,
  { policy, grace, isFresh }: Setting,
  connection: SimulatedRepository,
): TokenwardOptions {
  return {
    issuer: ISSUER,
    keys,
    repository: connection,
    policy,
    lifetimes: { access: ms(ACCESS), refresh: ms(REFRESH), session: ms(SESSION) },
    grace: ms(grace),
    skew: ms(SKEW),
    deadline: '1s',
    // A reused instance has no cache: each schedule depends on its seed only.
    ...(!isFresh && { signatureCache: 0 }),
    clock: () => connection.machine.clock,
  }
}

/** Makes an instance on its connection; every call is answered at once. */
export async function openSeat(
  stage: Stage,
  setting: Setting,
  connection: SimulatedRepository,
): Promise<Seat> {
  const { engine, host } = stage
  const { machine, store } = connection
  const options = tokenwardOptions(stage, setting, connection)
  const instance = await complete(host, machine, store, () => engine.createTokenward(options))
  return { instance, connection }
}

/** Instances that are reused: making one takes as long as a schedule. */
export class Seats {
  readonly #stage: Stage
  readonly #free = new Map<string, Seat[]>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** One for each machine of a schedule, and one for its checker; made on a separate store. */
  async take(setting: Setting, records: ReadonlyMap<string, StoredRecord>): Promise<Seat[]> {
    const free = this.#freeFor(setting)
    const seats: Seat[] = []
    while (seats.length <= setting.machines) {
      seats.push(free.pop() ?? (await this.#make(setting, records)))
    }
    return seats
  }

  /** After a schedule without violations. */
  giveBack(setting: Setting, seats: readonly Seat[]): void {
    if (!setting.isFresh) this.#freeFor(setting).push(...seats)
  }

  async #make(setting: Setting, records: ReadonlyMap<string, StoredRecord>): Promise<Seat> {
    const machine = new Machine('seat', BASE)
    const stored = { records: new Map(records), clock: BASE }
    const store = new SimulatedStore(stored, setting, createRandom(0), new Trace(false))
    store.calm = true
    const connection = new SimulatedRepository(machine, store, setting.durability)
    return openSeat(this.#stage, setting, connection)
  }

  #freeFor({ policy, grace, durability, isFresh }: Setting): Seat[] {
    if (isFresh) return []
    const name = `${policy} ${grace} ${durability}`
    const free = this.#free.get(name) ?? []
    this.#free.set(name, free)
    return free
  }
}

function ms(amount: number): Duration {
  return `${amount}ms`
}
