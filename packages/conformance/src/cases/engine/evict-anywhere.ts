import assert from 'node:assert/strict'
import type { Issued, Login, Tokenward } from '@tokenward/core'
import type { TestClock } from '../../harness/clock.ts'
import {
  EVICTABLE,
  type EvictableKind,
  type Eviction,
  eviction,
} from '../../interceptors/eviction.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import {
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
} from './assertions.ts'
import { OPERATIONS, type Operation, type Scene } from './evicted-operations.ts'

/** More steps than any operation has. */
const MOST_STEPS = 200
/** Each has every fifth step of each operation: there are a thousand steps, with many round trips each. */
const SHARES = 5

const evictAnywhere: Case = {
  name: 'evict-anywhere',
  level: 'engine',
  catches:
    'whatever is evicted, at whatever step: no revoked or used token is accepted, and a new login is',
  requires: all(evicting, handle('drop')),
  rounds: { quick: 1, full: SHARES },
  async run(context) {
    // All of them need no time where the store is in this process.
    const count = context.environment.capabilities.network ? context.rounds : SHARES
    const shares = context.random.shuffle([...Array(SHARES).keys()]).slice(0, count)
    const drop = async (key: string) => await context.environment.server.drop?.(key)
    const store = eviction(drop)
    const instances = {
      plain: await context.instance({ wrap: store.watch }),
      acting: await context.instance({ wrap: store.steps }),
      clock: context.clock,
    }
    let trials = 0
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      for (const [evictable, share] of pairs(EVICTABLE, shares)) {
        for (let step = share, more = true; more; step += SHARES) {
          assert.ok(step < MOST_STEPS, `${name} does not end`)
          const what = `${name}, the ${evictable} evicted before access ${step}`
          store.begin()
          const state = await TestState.create(instances, what, trials++)
          more = await state.trial(operation, store, evictable, step)
        }
      }
    }
    context.note(`${trials} evictions: 0 wrongly accepted, and a new login was accepted each time`)
  },
}

function pairs<A, B>(first: readonly A[], second: readonly B[]): readonly (readonly [A, B])[] {
  return first.flatMap((a) => second.map((b) => [a, b] as const))
}

interface Instances {
  readonly plain: Tokenward
  /** The instance whose operations are split into steps. */
  readonly acting: Tokenward
  readonly clock: TestClock
}

/** One subject with earlier logins, and an active login. */
class TestState implements Scene {
  readonly grant: { readonly subject: string; readonly client: string }
  readonly acting: Tokenward
  readonly clock: TestClock
  readonly live: Login
  readonly #plain: Tokenward
  readonly #what: string
  /** Logins and access tokens that must stay refused. */
  readonly #revoked: (Login | Issued)[]

  private constructor(
    instances: Instances,
    what: string,
    made: Pick<TestState, 'grant' | 'live'>,
    revoked: (Login | Issued)[],
  ) {
    this.acting = instances.acting
    this.clock = instances.clock
    this.#plain = instances.plain
    this.#what = what
    this.grant = made.grant
    this.live = made.live
    this.#revoked = revoked
  }

  static async create(instances: Instances, what: string, number: number): Promise<TestState> {
    const { plain } = instances
    const grant = { subject: `ada ${number}`, client: 'web' }
    const bySubject = await plain.issue(grant)
    await plain.revoke({ subject: grant.subject })
    const bySession = await plain.issue(grant)
    await plain.revoke(bySession.refreshToken)
    const byToken = await plain.issue({ ...grant, refresh: false })
    await plain.revoke({ jti: byToken.jti })
    const consumed = await plain.issue({ ...grant, refresh: false })
    await plain.consume(consumed.accessToken)
    const live = await plain.issue(grant)
    return new TestState(instances, what, { grant, live }, [
      bySubject,
      bySession,
      byToken,
      consumed,
    ])
  }

  /** @returns whether the operation had such a step */
  async trial(
    act: Operation,
    store: Eviction,
    evictable: EvictableKind,
    step: number,
  ): Promise<boolean> {
    store.at(evictable, step)
    const { revoked = [], fresh = null } = await act(this)
    const steps = store.taken()
    if (steps <= step) await store.now(evictable)
    this.#revoked.push(...revoked)
    await this.#assertLoginRefused('afterwards')
    const wasAlive = fresh !== null && (await this.#plain.verify(fresh.accessToken)).active
    await this.#newLoginsAccepted()
    // Cutoffs were created anew: they must not match tokens that were issued under others.
    await this.#assertLoginRefused('after a new login')
    const lives = fresh !== null && (await this.#plain.verify(fresh.accessToken)).active
    assert.ok(wasAlive || !lives, `${this.#what}: its result turns from refused to active`)
    return steps > step
  }

  async #assertLoginRefused(when: string): Promise<void> {
    for (const each of this.#revoked) {
      const what = `${this.#what}, ${when}`
      if ('refreshToken' in each) await assertLoginRefused(this.#plain, each, what)
      else await assertRefused(this.#plain, each.accessToken, what)
    }
  }

  async #newLoginsAccepted(): Promise<void> {
    const login = await this.#plain.issue(this.grant)
    await assertLoginActive(this.#plain, login, `${this.#what}: a new login`)
    const next = await this.#plain.rotate(login.refreshToken)
    assertRotated(next, `${this.#what}: a new login`)
    await assertLoginActive(this.#plain, next, `${this.#what}: its successor`)
  }
}

export const cases: readonly Case[] = [evictAnywhere]
