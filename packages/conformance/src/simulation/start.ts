import { generateKeys, type Keys, type StoredRecord, type Tokenward } from '@tokenward/core'
import { HOUR, MINUTE } from '../bench/clock.ts'
import type { Engine } from '../bench/engine.ts'
import { createRandom } from '../bench/random.ts'
import type { Order } from './choosing.ts'
import type { Answer, Known, Operation } from './history.ts'
import type { Host } from './host.ts'
import { Machine } from './machine.ts'
import { ask, begin, gained } from './operating.ts'
import { SimulatedRepository } from './repository.ts'
import { type Setting, settingOf } from './setting.ts'
import { SimulatedStore } from './store.ts'
import { ISSUER, unmanaged } from './tokens.ts'
import { Trace } from './trace.ts'
import { wardOptions } from './wards.ts'

/** Epoch ms at which every schedule begins. */
export const BASE = 1_800_000_000_000

/** What stands in the store when a schedule begins, and which tokens were given out. */
export interface Start {
  readonly records: ReadonlyMap<string, StoredRecord>
  readonly tokens: readonly Known[]
}

/** Roots and logins, made once and begun with many times: signing them anew would take most of the time. */
export class Starts {
  readonly host: Host
  readonly engine: Engine
  readonly keys: Keys
  readonly #made = new Map<string, Promise<Start>>()

  static async create(host: Host, engine: Engine): Promise<Starts> {
    return new Starts(host, engine, await generateKeys())
  }

  private constructor(host: Host, engine: Engine, keys: Keys) {
    this.host = host
    this.engine = engine
    this.keys = keys
  }

  get(setting: Setting): Promise<Start> {
    const { start, policy, retention } = setting
    const name = `${start} ${policy} ${retention}`
    const made = this.#made.get(name) ?? this.#make(setting)
    this.#made.set(name, made)
    return made
  }

  async #make(setting: Setting): Promise<Start> {
    const random = createRandom(setting.start)
    this.host.seed(setting.start)
    const making = new Making(this, { ...settingOf(0, setting.retention), ...setting })
    const ward = await making.prepare()
    const grants = [
      { subject: 'ada', client: 'web', refresh: true },
      { subject: random.pick(['ada', 'ada', 'bob']), client: 'app', refresh: random.chance(0.5) },
    ]
    for (const grant of grants.slice(0, 1 + random.below(2))) {
      const claims = random.pick(['none', 'object', 'function'] as const)
      await making.perform(ward, { what: 'issue', claims, ...grant })
    }
    making.addUnmanaged()
    return { records: making.store.records, tokens: making.tokens }
  }
}

/** One machine, before the schedule: everything is answered at once. */
class Making {
  readonly store: SimulatedStore
  readonly tokens: Known[] = []
  readonly #starts: Starts
  readonly #setting: Setting
  readonly #machine = new Machine('start', BASE - HOUR)

  constructor(starts: Starts, setting: Setting) {
    this.#starts = starts
    this.#setting = setting
    const start = { records: new Map(), clock: BASE - HOUR }
    this.store = new SimulatedStore(start, setting, createRandom(0), new Trace(false))
    this.store.calm = true
  }

  /** The root an hour ago; then the ward that gives out the tokens. */
  async prepare(): Promise<Tokenward> {
    const { engine } = this.#starts
    const options = () =>
      wardOptions(this.#starts.keys, this.#setting, this.#machine, this.#connect())
    await this.#complete(() => engine.prepare(options()))
    this.#machine.clock = BASE
    return this.#complete(() => engine.createTokenward(options()))
  }

  async perform(ward: Tokenward, order: Order): Promise<Answer> {
    const operation = begin(0, -1, this.#machine, order)
    operation.answer = await this.#complete(() => ask(ward, order, operation, { privileges: 0 }))
    operation.returned = -1
    this.tokens.push(...gained(operation, order, this.tokens))
    return operation.answer
  }

  addUnmanaged(): void {
    const iat = (BASE - 10 * MINUTE) / 1000
    const claims = { iss: ISSUER, aud: ISSUER, sub: 'ada', client_id: 'web', jti: 'before', iat }
    const exp = iat + 14 * 60
    const text = unmanaged(String(this.#starts.keys[0].kid), { ...claims, exp })
    const by: Operation = { ...begin(0, -1, this.#machine, { what: 'prune' }), returned: -1 }
    this.tokens.push({
      ...{ name: 'S', kind: 'saved', text, jti: 'before', family: null, generation: null },
      ...{ subject: 'ada', client: 'web', claims: 'none', login: by, by },
      ...{ expiresAt: exp * 1000, loginAt: iat * 1000 },
    })
  }

  #connect(): SimulatedRepository {
    return new SimulatedRepository(this.#machine, this.store, this.#setting.retention)
  }

  #complete<T>(call: () => Promise<T>): Promise<T> {
    return complete(this.#starts.host, this.#machine, this.store, call)
  }
}

/** Runs one call to its end, with every store call answered as it comes. */
export async function complete<T>(
  host: Host,
  machine: Machine,
  store: SimulatedStore,
  call: () => Promise<T>,
): Promise<T> {
  let ended: Promise<T> | undefined
  machine.running.push('call')
  await host.run(machine, () => {
    ended = call().finally(() => machine.running.pop())
    ended.catch(() => undefined)
  })
  while (machine.running.length > 0) {
    const [next] = store.callsOf(machine)
    if (next === undefined) throw new Error(`${machine.name} waits for nothing that could come`)
    while (next.ahead.length > 0) store.happen(next)
    await host.run(machine, () => store.answer(next))
  }
  return ended as Promise<T>
}
