/**
 * What a store may do with acknowledged writes: keep them (`durable`), drop some (`evicting`: a cache),
 * or return to an older state (`reverting`: snapshots only, asynchronous failover).
 */
export type Durability = 'durable' | 'evicting' | 'reverting'

/** What a store can do: claimed by its adapter, lowered by findings, tested by the conformance suite. */
export interface Capabilities {
  readonly durability: Durability
  /** Other processes see the same records. */
  readonly shared: boolean
  /** All clients agree on one order of the reads and writes of a key. Without it no instance uses the store. */
  readonly linearizable: boolean
  /** A failover loses nothing that was acknowledged. */
  readonly failoverSafe: boolean
  /** Calls cross a network: they can be refused, interrupted or delayed. */
  readonly network: boolean
  /** `open()` can read the live settings and find the unsafe ones. */
  readonly readsSettings: boolean
  /** Least-privilege roles can be granted. */
  readonly roles: boolean
  /** `list` exists. */
  readonly listing: boolean
  /** `prune` exists. */
  readonly pruning: boolean
  /** `watch` exists. */
  readonly notifications: boolean
  /** The longest `body` that can be stored, bytes. */
  readonly maxBodyBytes: number
}

/**
 * A role of a database, for the principle of least privilege: `verify` reads; `write` issues, rotates
 * and revokes too; `prune` deletes what is past its retention; `migrate` makes the schema.
 */
export type Role = 'verify' | 'write' | 'prune' | 'migrate'

/** The name of each role in the database; roles that are absent get nothing. */
export type RoleNames = Partial<Record<Role, string>>

/** What `open()` found in the live settings: the evidence, and what to do about it. */
export interface Finding {
  /** Stable, kebab-case: `eviction-enabled`, `fsync-off`. */
  readonly code: string
  /** What was found, with the evidence: `maxmemory-policy=allkeys-lru`. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
  /** The capabilities that the store does not have with these settings. A finding only lowers. */
  readonly downgrades?: Partial<Capabilities>
}

const RANK: Record<Durability, number> = { durable: 2, evicting: 1, reverting: 0 }

/** The claimed capabilities, lowered by the findings and never raised. */
export function lowerCapabilities(
  claimed: Capabilities,
  findings: readonly Finding[],
): Capabilities {
  const left: { -readonly [K in keyof Capabilities]: Capabilities[K] } = { ...claimed }
  for (const { downgrades = {} } of findings) {
    for (const [name, value] of Object.entries(downgrades) as [keyof Capabilities, never][]) {
      if (name === 'durability') left.durability = lowerDurability(left.durability, value)
      else if (name === 'maxBodyBytes') left.maxBodyBytes = Math.min(left.maxBodyBytes, value)
      else left[name] = (left[name] && value) as never
    }
  }
  return left
}

/** The finding without the downgrades of what the operator guarantees by the option `assume`. */
export function ignoreAssumed(
  { downgrades = {}, ...finding }: Finding,
  assumed: Partial<Capabilities>,
): Finding {
  const left = Object.entries(downgrades).filter(([name]) => !(name in assumed))
  return left.length === 0 ? finding : { ...finding, downgrades: Object.fromEntries(left) }
}

function lowerDurability(a: Durability, b: Durability): Durability {
  return RANK[a] < RANK[b] ? a : b
}
