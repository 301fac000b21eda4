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

/** An instance, and the connection by which it is put on a machine and its store. */
export interface Seat {
  readonly instance: Tokenward
  readonly connection: SimulatedRepository
}

/** What every instance of a schedule is made with. */
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
    // An instance that was sat in before remembers nothing: each schedule follows from its seed alone.
    ...(!isFresh && { signatureCache: 0 }),
    clock: () => connection.machine.clock,
  }
}

/** Makes an instance where its connection is; every call is answered at once. */
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

/** Instances to be sat in again: to make them takes as long as what a schedule does with them. */
export class Seats {
  readonly #stage: Stage
  readonly #free = new Map<string, Seat[]>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** For each machine of a schedule, and for its checker; made on a store of their own. */
  async take(setting: Setting, records: ReadonlyMap<string, StoredRecord>): Promise<Seat[]> {
    const free = this.#freeFor(setting)
    const seats: Seat[] = []
    while (seats.length <= setting.machines) {
      seats.push(free.pop() ?? (await this.#make(setting, records)))
    }
    return seats
  }

  /** After a schedule that ended well. */
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
