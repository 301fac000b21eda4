import { createRandom, HOUR, MINUTE, type Random } from '@tokenward/conformance/harness'
import type { StoredRecord } from '@tokenward/core'
import { complete } from './complete.ts'
import { type Order, SCOPES } from './generate-operation.ts'
import type { Claims, Known, Operation, Past, Revocation } from './history.ts'
import { openSeat, type Stage, tokenwardOptions } from './instance-pool.ts'
import { Machine } from './machine.ts'
import { Actors } from './machines.ts'
import { SimulatedRepository } from './repository.ts'
import { begin } from './run-operation.ts'
import { BASE, isAged, REFRESH, type Setting } from './scenario.ts'
import { SimulatedStore } from './store.ts'
import { ISSUER, unmanaged } from './tokens.ts'
import { Trace } from './trace.ts'

/** The age of an aged login: less than the lifetime of a refresh token. */
const AGE = REFRESH - 3 * MINUTE
const ADA = { subject: 'ada', client: 'web', refresh: true } as const

/** The stored records when a schedule begins, and the operations before it. */
export interface Start extends Past {
  readonly records: ReadonlyMap<string, StoredRecord>
}

/** Made once and used many times: signing the tokens again would take most of the time. */
export class Starts {
  readonly stage: Stage
  readonly #made = new Map<string, Promise<Start>>()

  constructor(stage: Stage) {
    this.stage = stage
  }

  get(setting: Setting): Promise<Start> {
    const { start, policy, durability } = setting
    const name = `${start} ${policy} ${durability}`
    const made = this.#made.get(name) ?? new Making(this.stage, setting).make()
    this.#made.set(name, made)
    return made
  }
}

/** One machine, before the schedule: every call is answered at once. */
class Making {
  readonly #stage: Stage
  readonly #setting: Setting
  readonly #random: Random
  readonly #machine = new Machine('start', BASE - HOUR)
  readonly #trace = new Trace(false)
  readonly #store: SimulatedStore
  readonly #actors: Actors

  constructor(stage: Stage, setting: Setting) {
    this.#stage = stage
    this.#setting = setting
    this.#random = createRandom(setting.start)
    const stored = { records: new Map(), clock: BASE - HOUR }
    this.#store = new SimulatedStore(stored, setting, createRandom(0), this.#trace)
    this.#store.calm = true
    const past = { operations: [], tokens: [], privileges: 1 }
    this.#actors = new Actors(stage.host, this.#store, past, this.#trace)
    // All of it is before the first step.
    this.#trace.step = -10
  }

  async make(): Promise<Start> {
    // Not a schedule's seed, because its ids would be repeated.
    this.#stage.host.seed(2 ** 32 - 1 - this.#setting.start)
    await this.#prepare()
    // A third of the initial states has an old login, so that a cutoff may be pruned within its
    // lifetime.
    const { start } = this.#setting
    if (isAged(start)) await this.#addAged()
    else if (start % 6 === 0) await this.#addDemoted()
    else await this.#addLogins()
    const { operations, tokens, privileges } = this.#actors
    const saved = this.#unmanaged()
    return { records: this.#store.records, operations, tokens: [...tokens, saved], privileges }
  }

  /** The root, an hour ago. */
  async #prepare(): Promise<void> {
    const { engine, host } = this.#stage
    const connection = new SimulatedRepository(this.#machine, this.#store, this.#setting.durability)
    const options = tokenwardOptions(this.#stage, this.#setting, connection)
    await complete(host, this.#machine, this.#store, () => engine.prepare(options))
    this.#machine.clock = BASE
    const seat = await openSeat(this.#stage, this.#setting, connection)
    this.#actors.seat(this.#machine, seat)
  }

  async #addLogins(): Promise<void> {
    await this.#login(ADA)
    if (this.#random.chance(0.5)) return
    const subject = this.#random.pick(['ada', 'ada', 'bob'])
    await this.#login({ subject, client: 'app', refresh: this.#random.chance(0.5) })
  }

  /** A scope was revoked before the login, which therefore has the epochs of its cutoff. */
  async #addAged(): Promise<void> {
    this.#machine.clock = BASE - AGE
    const first = await this.#login(ADA)
    await this.#revoke(first, this.#random.pick(['now', 'now', 'access']))
    const second = await this.#login(ADA)
    this.#machine.clock = BASE
    await this.#perform({ what: 'rotate', token: second, brings: true })
  }

  /** The access of a login with carried claims was revoked; then it was given other claims. */
  async #addDemoted(): Promise<void> {
    this.#machine.clock = BASE - AGE
    const login = await this.#login(ADA, 'object')
    await this.#revoke(login, 'access')
    this.#machine.clock = BASE
    await this.#perform({ what: 'rotate', token: login, brings: true })
  }

  #revoke(of: Known, kind: Revocation['kind']): Promise<Known> {
    const revocation = { scope: this.#random.pick(SCOPES), kind, before: null, of }
    return this.#perform({ what: 'revoke', revocation, by: 'target' })
  }

  #login(
    grant: { readonly subject: string; readonly client: string; readonly refresh: boolean },
    claims: Claims = this.#random.pick(['none', 'object', 'function']),
  ): Promise<Known> {
    return this.#perform({ what: 'issue', claims, ...grant })
  }

  /** The newest token is the last of the answer. */
  async #perform(order: Order): Promise<Known> {
    this.#trace.step++
    await this.#actors.finish(this.#machine, [order])
    const newest = this.#actors.tokens.at(-1)
    if (newest !== undefined) return newest
    throw new Error(`${order.what} gave no token`)
  }

  #unmanaged(): Known {
    // Also one within the skew of a revocation at once, and one slightly ahead.
    const iat = BASE / 1000 + this.#random.pick([-600, -600, -4, 0, 3])
    const claims = { iss: ISSUER, aud: ISSUER, sub: 'ada', client_id: 'web', jti: 'before', iat }
    const exp = iat + 14 * 60
    const text = unmanaged(String(this.#stage.keys[0].kid), { ...claims, exp })
    const by: Operation = { ...begin(0, -10, this.#machine, { what: 'prune' }), returned: -10 }
    return {
      ...{ name: 'S', kind: 'saved', text, jti: 'before', session: null, generation: null },
      ...{ subject: 'ada', client: 'web', claims: 'none', login: by, by },
      ...{ expiresAt: exp * 1000, loginAt: iat * 1000 },
    }
  }
}
