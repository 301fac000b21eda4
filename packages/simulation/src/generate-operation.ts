import type { Random } from '@tokenward/conformance/harness'
import type { RevocationScope } from '@tokenward/core'
import type { Claims, KnownToken, PriorState, Revocation } from './history.ts'
import type { Machine } from './machine.ts'
import type { Scenario, Theme } from './scenario.ts'

/** What a machine does next. */
export type OperationRequest =
  | {
      readonly what: 'issue'
      readonly subject: string
      readonly client: string
      readonly refresh: boolean
      readonly claims: Claims
      /** A session counts the changes of its data, from 0. */
      readonly counts?: boolean
    }
  | { readonly what: 'save'; readonly token: KnownToken }
  | { readonly what: 'verify'; readonly token: KnownToken; readonly data?: boolean }
  /** Counts one more in the data of the token's session. */
  | { readonly what: 'update'; readonly token: KnownToken }
  | { readonly what: 'rotate'; readonly token: KnownToken; readonly givesClaims: boolean }
  | { readonly what: 'consume'; readonly token: KnownToken; readonly idempotency: string | null }
  | {
      readonly what: 'revoke'
      readonly revocation: Omit<Revocation, 'privileges'>
      readonly by: RevokesBy
    }
  | { readonly what: 'prune' }

/** How a token or a session is named: as a target, or by the token itself. */
export type RevokesBy = 'target' | 'token' | 'cascade'

type Weights = Readonly<Record<OperationRequest['what'], number>>

const WEIGHTS: Readonly<Record<Theme, Weights>> = {
  anything: { issue: 2, verify: 4, consume: 2, rotate: 3, revoke: 4, save: 1, prune: 1, update: 3 },
  revoking: { issue: 3, verify: 5, consume: 1, rotate: 2, revoke: 8, save: 1, prune: 0, update: 2 },
  rotating: { issue: 0, verify: 3, consume: 0, rotate: 9, revoke: 2, save: 0, prune: 0, update: 6 },
  consuming: {
    issue: 0,
    verify: 2,
    consume: 9,
    rotate: 0,
    revoke: 2,
    save: 0,
    prune: 0,
    update: 1,
  },
  saving: { issue: 0, verify: 4, consume: 2, rotate: 0, revoke: 4, save: 6, prune: 0, update: 0 },
  time: { issue: 2, verify: 5, consume: 2, rotate: 4, revoke: 4, save: 1, prune: 4, update: 3 },
  pruning: { issue: 1, verify: 3, consume: 0, rotate: 1, revoke: 6, save: 0, prune: 6, update: 1 },
}

/** What was read is used again only by verifications. */
const UNDER_LEASE: Weights = {
  issue: 1,
  verify: 12,
  consume: 2,
  rotate: 1,
  revoke: 5,
  save: 1,
  prune: 0,
  update: 1,
}

export const SCOPES: readonly Exclude<RevocationScope, 'token'>[] = [
  'global',
  'issuer',
  'client',
  'subject',
  'subject+client',
  'session',
]

const KINDS: readonly (readonly Revocation['kind'][])[] = [
  ['now'],
  ['now', 'access'],
  ['before', 'before', 'now'],
  ['now', 'now', 'access', 'before'],
]

/** Generates operations: mostly about the same few tokens, so that they conflict. */
export class OperationGenerator {
  readonly #random: Random
  readonly #weights: Weights
  readonly #isSealed: boolean
  /** Data is never read from memory. */
  readonly #readsData: boolean
  readonly #tokens: readonly KnownToken[]
  readonly #focus: string
  /** Most schedules revoke one scope repeatedly, in one or two ways. */
  readonly #scope: Exclude<RevocationScope, 'token'>
  readonly #kinds: readonly Revocation['kind'][]

  constructor(random: Random, scenario: Scenario, { tokens, operations }: PriorState) {
    this.#random = random
    const { theme, durability, isSealed, lease } = scenario
    this.#weights = {
      ...(lease > 0 ? UNDER_LEASE : WEIGHTS[theme]),
      ...(durability === 'evicting' && { save: 0, prune: 0 }),
      ...(!isSealed && { update: 0 }),
    }
    this.#isSealed = isSealed
    this.#readsData = isSealed && lease === 0
    this.#tokens = tokens
    this.#focus = random.pick(tokens).subject
    // A scope that was revoked before is revoked again: that is where an old cutoff matters.
    const before = operations.find(({ revocation }) => revocation !== null)?.revocation?.scope
    this.#scope = SCOPES.find((scope) => scope === before) ?? random.pick(SCOPES)
    this.#kinds = random.pick(KINDS)
  }

  next(machine: Machine): OperationRequest {
    const what = this.#what()
    if (what === 'prune') return { what }
    if (what === 'issue') return this.#issue()
    if (what === 'rotate') return this.#rotate()
    if (what === 'revoke') return this.#revoke(machine)
    if (what === 'save') return { what, token: this.#token(({ kind }) => kind === 'saved') }
    if (what === 'consume') return this.#consume()
    if (what === 'update') return { what, token: this.#token(({ session }) => session !== null) }
    const token = this.#token(() => true)
    return this.#readsData ? { what, token, data: this.#random.chance(0.5) } : { what, token }
  }

  #what(): OperationRequest['what'] {
    const entries = Object.entries(this.#weights) as [OperationRequest['what'], number][]
    let left = this.#random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [what, weight] of entries) {
      left -= weight
      if (left < 0) return what
    }
    return 'verify'
  }

  #issue(): OperationRequest {
    const random = this.#random
    return {
      what: 'issue',
      subject: random.chance(0.8) ? this.#focus : 'bob',
      client: random.pick(['web', 'web', 'app']),
      refresh: random.chance(0.7),
      claims: random.pick(['none', 'object', 'function']),
      counts: this.#isSealed,
    }
  }

  // The newest token of its session, or the one before: where races and retries meet.
  #rotate(): OperationRequest {
    const token = this.#token(({ kind }) => kind === 'refresh')
    const givesClaims =
      token.claims === 'function' ? this.#random.chance(0.9) : this.#random.chance(0.1)
    return { what: 'rotate', token, givesClaims }
  }

  #consume(): OperationRequest {
    const token = this.#token(({ kind }) => kind !== 'refresh')
    return { what: 'consume', token, idempotency: this.#random.pick([null, null, 'k1', 'k2']) }
  }

  #revoke(machine: Machine): OperationRequest {
    const random = this.#random
    const of = this.#token(() => true)
    const own = of.kind === 'access' && random.chance(0.25)
    if (own || of.kind === 'saved') {
      const revocation = { scope: 'token', kind: 'now', before: null, of } as const
      if (own || random.chance(0.5))
        return { what: 'revoke', revocation, by: random.pick(['target', 'token']) }
    }
    const scope = this.#levelFor(of)
    if (scope === 'session' && random.chance(0.5)) {
      const by = of.kind === 'refresh' ? 'token' : 'cascade'
      return { what: 'revoke', revocation: { scope, kind: 'now', before: null, of }, by }
    }
    return { what: 'revoke', revocation: { scope, of, ...this.#kind(of, machine) }, by: 'target' }
  }

  #levelFor(of: KnownToken): Exclude<RevocationScope, 'token'> {
    const scope = this.#random.chance(0.6) ? this.#scope : this.#random.pick(SCOPES)
    return scope === 'session' && of.session === null ? 'subject' : scope
  }

  #kind(of: KnownToken, { clock }: Machine): Pick<Revocation, 'kind' | 'before'> {
    const random = this.#random
    const kind = random.pick(this.#kinds)
    if (kind !== 'before') return { kind, before: null }
    const around = of.loginAt + random.pick([-1, 0, 0, 1])
    const before = random.chance(0.3) ? clock : around
    return before <= clock ? { kind, before } : { kind: 'now', before: null }
  }

  #token(fits: (token: KnownToken) => boolean): KnownToken {
    const fitting = this.#tokens.filter(fits)
    const newest = fitting.slice(-3)
    const first = fitting[0] as KnownToken
    if (this.#random.chance(0.4)) return first
    return this.#random.pick(this.#random.chance(0.6) ? newest : fitting)
  }
}
