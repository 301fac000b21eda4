import type { Capabilities, Finding } from '../adapter/capabilities.ts'
import { decide } from '../decision/decide.ts'
import type { Decision, Evidence, Reason } from '../decision/types.ts'
import { PolicyRefused } from '../errors.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { Policy } from '../policy/policy.ts'
import { marginOf, usableLease } from './leases.ts'

/** Before a read was sent, by the clock that only goes forward and by the one that a suspended machine catches up. */
export interface ReadStart {
  readonly monotonic: number
  readonly wall: number
}

interface Leased extends ReadStart {
  readonly evidence: Evidence
  /** In ms. */
  readonly lease: number
  isRefreshing: boolean
}

/** Refusals that cannot change: they hold beyond the lease, while the token is remembered. */
const FINAL: readonly Reason[] = ['revoked', 'expired']

/**
 * The records about a token, as they were read, for verifications that begin less than a lease later. They
 * are dropped with the token's signature: see `signatureCache`.
 *
 * A call that revokes something waits for one lease after the store has acknowledged it. A verification that
 * begins after that uses a read which was sent after the acknowledgement.
 */
export class EvidenceCache {
  readonly #policy: Policy
  readonly #leased = new WeakMap<Authenticated, Leased>()

  /** @throws `TOKENWARD_POLICY_REFUSED`: the store may lose a revocation, or answer with an older state */
  constructor(policy: Policy, store: string, capabilities: Capabilities) {
    this.#policy = policy
    if (capabilities.durability === 'durable') return
    throw new PolicyRefused(
      `A lease needs a durable store, and ${store} is not: leave out the option cache, or use another store.`,
      [notDurable(capabilities)],
    )
  }

  /** To be called before the read is sent. */
  start(): ReadStart {
    return { monotonic: performance.now(), wall: Date.now() }
  }

  remember(token: Authenticated, evidence: Evidence | null, start: ReadStart): void {
    const known = this.#leased.get(token)
    // Of two reads at once, the later one counts: what was seen to be revoked stays so.
    const isOlder = known !== undefined && known.monotonic > start.monotonic
    if (isOlder || evidence === null || evidence.root === null) return
    const now = this.#policy.clock()
    const lease = Math.min(this.#policy.lease ?? 0, usableLease(evidence.root, now))
    this.#leased.set(token, { ...start, evidence, lease, isRefreshing: false })
  }

  /**
   * The decision from memory; `null`: the store has to be asked. The age is looked at here, in the same turn
   * as the decision: a process that was paused before sees that the lease is over.
   * @param refresh reads the records again in the background, so that a token that is used often never
   * waits for the store
   */
  decide(token: Authenticated, refresh: () => Promise<void>): Decision | null {
    const leased = this.#leased.get(token)
    if (leased === undefined) return null
    const decision = decide(token.facts, leased.evidence, this.#policy, this.#policy.clock())
    if (!decision.active) return FINAL.includes(decision.reason) ? decision : null
    const age = ageOf(leased)
    if (age >= leased.lease) return null
    if (age >= leased.lease / 2 && !leased.isRefreshing) {
      leased.isRefreshing = true
      refresh().catch(() => {
        leased.isRefreshing = false
      })
    }
    return decision
  }
}

/** In ms. The clocks disagree if the machine was suspended or a clock was set: then the age is unknown. */
function ageOf({ monotonic, wall, lease }: Leased): number {
  const age = performance.now() - monotonic
  const wallAge = Date.now() - wall
  const agree = wallAge >= 0 && Math.abs(wallAge - age) <= marginOf(lease)
  return agree ? Math.max(age, wallAge) : Number.POSITIVE_INFINITY
}

function notDurable({ durability }: Capabilities): Finding {
  return {
    code: 'lease',
    message: `the store is ${durability}: the next read may not see a revocation that it has acknowledged`,
    fix: 'leave out the option cache, or use a durable store',
  }
}
