/**
 * What a store may do with acknowledged writes: keep them (`durable`), lose some (`evicting`: a
 * cache that evicts), or go back to an older state (`reverting`: snapshots only, asynchronous
 * failover).
 */
export type Durability = 'durable' | 'evicting' | 'reverting'

/** What a backend can do, as data: claimed by its adapter, lowered by findings, tested by the suite. */
export interface Capabilities {
  readonly durability: Durability
  /** Other processes see the same records. */
  readonly shared: boolean
  /** Reads and writes of one key form one order that all clients agree on. */
  readonly linearizable: boolean
  /** A failover loses nothing that was acknowledged. */
  readonly failoverSafe: boolean
  /** Calls cross a network: they can be refused, cut, delayed or answered late. */
  readonly network: boolean
  /** `open()` can read the live settings and find the unsafe ones. */
  readonly readsSettings: boolean
  /** Least-privilege roles can be granted. */
  readonly roles: boolean
  readonly listing: boolean
  readonly pruning: boolean
  readonly notifications: boolean
  /** The longest `body` that can be stored, in bytes. */
  readonly maxBodyBytes: number
}

/**
 * A role of a database, for the principle of least privilege: `verify` reads; `write` issues, rotates
 * and revokes too; `prune` deletes what is past its retention; `migrate` makes the schema.
 */
export type Role = 'verify' | 'write' | 'prune' | 'migrate'

/** The name of each role in the database; roles that are absent get nothing. */
export type RoleNames = Partial<Record<Role, string>>

/** Something that `open()` found in the live settings: evidence, and what to do about it. */
export interface Finding {
  /** Stable, kebab-case: `eviction-enabled`, `fsync-off`. */
  readonly code: string
  /** What was found, with the evidence: `maxmemory-policy=allkeys-lru`. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
  /** What the backend can no longer claim. A finding only lowers. */
  readonly downgrades?: Partial<Capabilities>
}

const RANK: Record<Durability, number> = { durable: 2, evicting: 1, reverting: 0 }

/** The capabilities that are left after the findings; nothing is ever raised. */
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
