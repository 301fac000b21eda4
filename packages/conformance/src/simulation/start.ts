import { generateKeys, type Keys, type StoredRecord, type Tokenward } from '@tokenward/core'
import { HOUR, MINUTE } from '../bench/clock.ts'
import type { Engine } from '../bench/engine.ts'
import { createRandom, type Random } from '../bench/random.ts'
import { LEVELS, type Order } from './choosing.ts'
import type { Known, Operation } from './history.ts'
import type { Host } from './host.ts'
import { Machine } from './machine.ts'
import { ask, begin, gained } from './operating.ts'
import { SimulatedRepository } from './repository.ts'
import { REFRESH, type Setting } from './setting.ts'
import { SimulatedStore } from './store.ts'
import { ISSUER, unmanaged } from './tokens.ts'
import { Trace } from './trace.ts'
import { wardOptions } from './wards.ts'

/** Epoch ms at which every schedule begins. */
export const BASE = 1_800_000_000_000

/** Of an aged login: less than a refresh token lives. */
const AGE = REFRESH - 3 * MINUTE
const ADA = { subject: 'ada', client: 'web' } as const

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
    this.host.seed(setting.start)
    const making = new Making(this, setting)
    await making.prepare()
    // A third begins with a login that is older than a cutoff's remaining time, and was rotated.
    if (setting.start % 3 === 0) await making.addAged()
    else await making.addLogins()
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
  readonly #random: Random
  #ward: Tokenward | null = null

  constructor(starts: Starts, setting: Setting) {
    this.#starts = starts
    this.#setting = setting
    this.#random = createRandom(setting.start)
    const start = { records: new Map(), clock: BASE - HOUR }
    this.store = new SimulatedStore(start, setting, createRandom(0), new Trace(false))
    this.store.calm = true
  }

  /** The root, an hour ago. */
  async prepare(): Promise<void> {
    const { engine, keys } = this.#starts
    const options = () => wardOptions(keys, this.#setting, this.#machine, this.#connect())
    await this.#complete(() => engine.prepare(options()))
    this.#machine.clock = BASE
    this.#ward = await this.#complete(() => engine.createTokenward(options()))
  }

  async addLogins(): Promise<void> {
    const subject = this.#random.pick(['ada', 'ada', 'bob'])
    const second = { subject, client: 'app', refresh: this.#random.chance(0.5) }
    const grants = [{ ...ADA, refresh: true }, second]
    for (const grant of grants.slice(0, 1 + this.#random.below(2))) {
      this.tokens.push(...(await this.#login(grant)))
    }
  }

  /** A scope was taken back, then came the login; soon the cutoff may be pruned. */
  async addAged(): Promise<void> {
    this.#machine.clock = BASE - AGE
    const [of] = await this.#login({ ...ADA, refresh: true })
    if (of === undefined) throw new Error('a login has tokens')
    const level = this.#random.pick(LEVELS)
    const kind = this.#random.pick(['now', 'now', 'access'] as const)
    const revocation = { level, kind, before: null, of }
    await this.#perform({ what: 'revoke', revocation, by: 'target' })
    const [, refresh] = await this.#login({ ...ADA, refresh: true })
    this.#machine.clock = BASE
    if (refresh === undefined) throw new Error('a login has a refresh token')
    this.tokens.push(...(await this.#perform({ what: 'rotate', token: refresh, brings: true })))
  }

  #login(grant: { subject: string; client: string; refresh: boolean }): Promise<readonly Known[]> {
    const claims = this.#random.pick(['none', 'object', 'function'] as const)
    return this.#perform({ what: 'issue', claims, ...grant })
  }

  async #perform(order: Order): Promise<readonly Known[]> {
    const operation = this.#begin(order)
    const ward = this.#ward as Tokenward
    operation.answer = await this.#complete(() => ask(ward, order, operation, { privileges: 0 }))
    return gained(operation, order, this.tokens)
  }

  // Before the first step.
  #begin(order: Order): Operation {
    return { ...begin(0, -1, this.#machine, order), returned: -1 }
  }

  addUnmanaged(): void {
    // Also one within the skew of what a revoke at once would kill, and one a little ahead.
    const iat = BASE / 1000 + this.#random.pick([-600, -600, -4, 0, 3])
    const claims = { iss: ISSUER, aud: ISSUER, sub: 'ada', client_id: 'web', jti: 'before', iat }
    const exp = iat + 14 * 60
    const text = unmanaged(String(this.#starts.keys[0].kid), { ...claims, exp })
    const by = this.#begin({ what: 'prune' })
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
