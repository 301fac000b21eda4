import { createRandom, HOUR, MINUTE, type Random } from '@tokenward/conformance/harness'
import type { StoredRecord } from '@tokenward/core/adapter'
import { complete } from './complete.ts'
import { type OperationRequest, SCOPES } from './generate-operation.ts'
import type { Claims, KnownToken, Operation, PriorState, Revocation } from './history.ts'
import { openInstance, type SimulationContext, tokenwardOptions } from './instance-pool.ts'
import { Machine } from './machine.ts'
import { OperationRunner } from './operation-runner.ts'
import { SimulatedRepository } from './repository.ts'
import { newOperation } from './run-operation.ts'
import { BASE, isAged, LEASES, REFRESH, type Scenario } from './scenario.ts'
import { SimulatedStore } from './store.ts'
import { ISSUER, unmanaged } from './tokens.ts'
import { Trace } from './trace.ts'

/** The age of an aged login: less than the lifetime of a refresh token. */
const AGE = REFRESH - 3 * MINUTE
const ADA = { subject: 'ada', client: 'web', refresh: true } as const

/** The stored records when a schedule begins, and the operations before it. */
export interface InitialState extends PriorState {
  readonly records: ReadonlyMap<string, StoredRecord>
}

/** Made once and used many times: signing the tokens again would take most of the time. */
export class InitialStates {
  readonly context: SimulationContext
  readonly #made = new Map<string, Promise<InitialState>>()

  constructor(context: SimulationContext) {
    this.context = context
  }

  get(scenario: Scenario): Promise<InitialState> {
    const { start, policy, durability, isSealed, lease } = scenario
    const name = `${start} ${policy} ${durability} ${isSealed} ${lease}`
    const make = async () => {
      // At once: nothing waits for a lease before the schedule.
      const unleased = { ...scenario, lease: 0 }
      const state = await new InitialStateBuilder(this.context, unleased).make()
      return lease === 0 ? state : { ...state, records: withLeases(state.records) }
    }
    const made = this.#made.get(name) ?? make()
    this.#made.set(name, made)
    return made
  }
}

/** As of a store that was prepared for the longest of the leases. */
function withLeases(records: InitialState['records']): Map<string, StoredRecord> {
  const leases = [{ since: 0, ms: Math.max(...LEASES) }]
  return new Map(
    [...records].map(([key, record]) => {
      if (record.kind !== 'root') return [key, record]
      const body = JSON.stringify({ ...JSON.parse(record.body), leases })
      return [key, { ...record, body }]
    }),
  )
}

/** One machine, before the schedule: every call is answered at once. */
class InitialStateBuilder {
  readonly #context: SimulationContext
  readonly #scenario: Scenario
  readonly #random: Random
  readonly #machine = new Machine('start', BASE - HOUR)
  readonly #trace = new Trace(false)
  readonly #store: SimulatedStore
  readonly #runner: OperationRunner

  constructor(context: SimulationContext, scenario: Scenario) {
    this.#context = context
    this.#scenario = scenario
    this.#random = createRandom(scenario.start)
    const stored = { records: new Map(), clock: BASE - HOUR }
    this.#store = new SimulatedStore(stored, scenario, createRandom(0), this.#trace)
    this.#store.calm = true
    const prior = { operations: [], tokens: [], privileges: 1 }
    this.#runner = new OperationRunner(context.host, this.#store, prior, this.#trace)
    // All of it is before the first step.
    this.#trace.step = -10
  }

  async make(): Promise<InitialState> {
    // Not a schedule's seed, because its ids would be repeated.
    this.#context.host.seed(2 ** 32 - 1 - this.#scenario.start)
    await this.#prepare()
    // A third of the initial states has an old login, so that a cutoff may be pruned within its
    // lifetime.
    const { start } = this.#scenario
    if (isAged(start)) await this.#addAged()
    else if (start % 6 === 0) await this.#addDemoted()
    else await this.#addLogins()
    const { operations, tokens, privileges } = this.#runner
    const saved = this.#unmanaged()
    return { records: this.#store.records, operations, tokens: [...tokens, saved], privileges }
  }

  /** The root, an hour ago. */
  async #prepare(): Promise<void> {
    const { engine, host } = this.#context
    const connection = new SimulatedRepository(
      this.#machine,
      this.#store,
      this.#scenario.durability,
    )
    const options = tokenwardOptions(this.#context, this.#scenario, connection)
    await complete(host, this.#machine, this.#store, () => engine.prepare(options))
    this.#machine.clock = BASE
    const assign = await openInstance(this.#context, this.#scenario, connection)
    this.#runner.assign(this.#machine, assign)
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
    await this.#perform({ what: 'rotate', token: second, givesClaims: true })
  }

  /** The access of a login with carried claims was revoked; then it was given other claims. */
  async #addDemoted(): Promise<void> {
    this.#machine.clock = BASE - AGE
    const login = await this.#login(ADA, 'object')
    await this.#revoke(login, 'access')
    this.#machine.clock = BASE
    await this.#perform({ what: 'rotate', token: login, givesClaims: true })
  }

  #revoke(of: KnownToken, kind: Revocation['kind']): Promise<KnownToken> {
    const revocation = { scope: this.#random.pick(SCOPES), kind, before: null, of }
    return this.#perform({ what: 'revoke', revocation, by: 'target' })
  }

  #login(
    grant: { readonly subject: string; readonly client: string; readonly refresh: boolean },
    claims: Claims = this.#random.pick(['none', 'object', 'function']),
  ): Promise<KnownToken> {
    return this.#perform({ what: 'issue', claims, ...grant, counts: this.#scenario.isSealed })
  }

  /** The newest token is the last of the answer. */
  async #perform(request: OperationRequest): Promise<KnownToken> {
    this.#trace.step++
    await this.#runner.finish(this.#machine, [request])
    const newest = this.#runner.tokens.at(-1)
    if (newest !== undefined) return newest
    throw new Error(`${request.what} gave no token`)
  }

  #unmanaged(): KnownToken {
    // Also one within the skew of a revocation at once, and one slightly ahead.
    const iat = BASE / 1000 + this.#random.pick([-600, -600, -4, 0, 3])
    const claims = { iss: ISSUER, aud: ISSUER, sub: 'ada', client_id: 'web', jti: 'before', iat }
    const exp = iat + 14 * 60
    const text = unmanaged(String(this.#context.keys[0].kid), { ...claims, exp })
    const by: Operation = {
      ...newOperation(0, -10, this.#machine, { what: 'prune' }),
      returned: -10,
    }
    return {
      name: 'S',
      kind: 'saved',
      text,
      jti: 'before',
      session: null,
      generation: null,
      subject: 'ada',
      client: 'web',
      claims: 'none',
      login: by,
      by,
      expiresAt: exp * 1000,
      loginAt: iat * 1000,
    }
  }
}
