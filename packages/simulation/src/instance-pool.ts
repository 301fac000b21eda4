import type { Engine } from '@tokenward/conformance/harness'
import { createRandom } from '@tokenward/conformance/harness'
import type { Duration, SigningKeys, Tokenward, TokenwardOptions } from '@tokenward/core'
import type { StoredRecord } from '@tokenward/core/adapter'
import { complete } from './complete.ts'
import type { DeterministicHost } from './deterministic-host.ts'
import { Machine } from './machine.ts'
import { SimulatedRepository } from './repository.ts'
import { ACCESS, BASE, REFRESH, type Scenario, SESSION, SKEW } from './scenario.ts'
import { SimulatedStore } from './store.ts'
import { ISSUER } from './tokens.ts'
import { Trace } from './trace.ts'

/** What all schedules of one engine share. */
export interface SimulationContext {
  readonly host: DeterministicHost
  readonly engine: Engine
  readonly keys: SigningKeys
}

/** An instance, and the connection that connects it to a machine and its store. */
export interface PooledInstance {
  readonly instance: Tokenward
  readonly connection: SimulatedRepository
}

/** Those that a schedule calls: each is loaded by its first call, which takes more turns than the next ones. */
const LOADED = ['issue', 'save', 'consume', 'rotate', 'revoke', 'prune', 'updateData'] as const

const ONE = { kty: 'oct', kid: 'one', k: 'A'.repeat(43) } as const
const OTHER = { ...ONE, kid: 'other', k: 'E'.repeat(43) } as const

/**
 * The options of every instance of a schedule.
 * @param position every second instance seals with the other key
 */
export function tokenwardOptions(
  { keys }: SimulationContext,
  { policy, grace, isFresh, isSealed, lease }: Scenario,
  connection: SimulatedRepository,
  position = 0,
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
    ...(isSealed && { sealing: position % 2 === 0 ? [ONE, OTHER] : [OTHER, ONE] }),
    // The others have no cache, as the command line.
    ...(lease > 0 && position % 2 === 0 && { cache: { lease: ms(lease) } }),
    // A reused instance has no cache: each schedule depends on its seed only.
    ...(!isFresh && { signatureCache: 0 }),
    clock: () => connection.machine.clock,
  }
}

/** Makes an instance on its connection; every call is answered at once. */
export async function openInstance(
  context: SimulationContext,
  scenario: Scenario,
  connection: SimulatedRepository,
  position = 0,
): Promise<PooledInstance> {
  const { engine, host } = context
  const { machine, store } = connection
  const options = tokenwardOptions(context, scenario, connection, position)
  const instance = await complete(host, machine, store, () => engine.createTokenward(options))
  return { instance, connection }
}

/** Instances that are reused: making one takes as long as a schedule. */
export class InstancePool {
  readonly #context: SimulationContext
  readonly #free = new Map<string, PooledInstance[]>()

  constructor(context: SimulationContext) {
    this.#context = context
  }

  /** One for each machine of a schedule, and one for its checker; made on a separate store. */
  async take(
    scenario: Scenario,
    records: ReadonlyMap<string, StoredRecord>,
  ): Promise<PooledInstance[]> {
    const pooled: PooledInstance[] = []
    while (pooled.length <= scenario.machines) {
      const position = pooled.length
      const free = this.#freeFor(scenario, position).pop()
      pooled.push(free ?? (await this.#make(scenario, records, position)))
    }
    return pooled
  }

  /** After a schedule without violations. */
  release(scenario: Scenario, pooled: readonly PooledInstance[]): void {
    if (scenario.isFresh) return
    for (const [position, each] of pooled.entries()) this.#freeFor(scenario, position).push(each)
  }

  async #make(
    scenario: Scenario,
    records: ReadonlyMap<string, StoredRecord>,
    position: number,
  ): Promise<PooledInstance> {
    const machine = new Machine('seat', BASE)
    const stored = { records: new Map(records), clock: BASE }
    const store = new SimulatedStore(stored, scenario, createRandom(0), new Trace(false))
    store.calm = true
    const connection = new SimulatedRepository(machine, store, scenario.durability)
    const made = await openInstance(this.#context, scenario, connection, position)
    for (const name of LOADED)
      await complete(this.#context.host, machine, store, () => refused(made.instance, name))
    // Reused or not, from here on it knows that the root record has the id of its key.
    const first = { subject: 'ada', client: 'web', data: { count: 0 } }
    if (scenario.isSealed)
      await complete(this.#context.host, machine, store, () => made.instance.issue(first))
    return made
  }

  #freeFor(
    { policy, grace, durability, isFresh, isSealed }: Scenario,
    position: number,
  ): PooledInstance[] {
    if (isFresh) return []
    const key = isSealed ? position % 2 : 'unsealed'
    const name = `${policy} ${grace} ${durability} ${key}`
    const free = this.#free.get(name) ?? []
    this.#free.set(name, free)
    return free
  }
}

/** A call with arguments that no operation takes. */
function refused(instance: Tokenward, name: (typeof LOADED)[number]): Promise<unknown> {
  const call = instance[name] as (argument: unknown) => Promise<unknown>
  return call(null).catch(() => undefined)
}

function ms(amount: number): Duration {
  return `${amount}ms`
}
