import type { Capabilities, Finding } from '@tokenward/core/adapter'

/** What is claimed here the conformance suite tries; what is not claimed must not be there. */
export const CAPABILITIES: Capabilities = {
  // Whatever it says of a write, it may evict the item at any moment, and a restart loses all.
  durability: 'evicting',
  shared: true,
  linearizable: true,
  failoverSafe: false,
  network: true,
  readsSettings: true,
  // Whoever can connect may do anything.
  roles: false,
  listing: false,
  pruning: false,
  notifications: false,
  // An item has a megabyte at most, and what must not stand in it takes three times its room.
  maxBodyBytes: 262_144,
}

/** What decides what an answer of one server is worth. */
export interface Settings {
  readonly address: string
  /** As it names itself: `1.6.39`. */
  readonly version: string
  readonly casEnabled: boolean
  /** Full, it makes room by forgetting; otherwise it refuses to store. */
  readonly evicts: boolean
  /** How many items it forgot before their time, since it was started. */
  readonly evicted: number
  readonly itemSizeMax: number
  /** How far its calendar is before ours, ms; negative: behind. */
  readonly ahead: number
}

/** ms: more is no network's delay. */
const APART = 10_000
const OLDEST_TRIED = [1, 6] as const
/** For the header of an item, its key, and what a record has beside its body. */
const OVERHEAD = 4_096

type Judge = (settings: Settings) => Finding | null

const JUDGES: readonly Judge[] = [
  ({ address, casEnabled }) =>
    casEnabled
      ? null
      : {
          code: 'cas-disabled',
          message: `cas_enabled=no at ${address}: nothing can be replaced on condition`,
          fix: 'start Memcached without -C',
          downgrades: { durability: 'reverting', linearizable: false },
        },
  ({ address, itemSizeMax }) =>
    itemSizeMax >= 3 * CAPABILITIES.maxBodyBytes + OVERHEAD
      ? null
      : {
          code: 'item-size-too-small',
          message: `item_size_max=${itemSizeMax} at ${address}`,
          fix: 'start Memcached with -I 1m, its default',
          downgrades: { maxBodyBytes: Math.max(Math.floor((itemSizeMax - OVERHEAD) / 3), 0) },
        },
  ({ address, evicts }) =>
    evicts
      ? null
      : {
          code: 'eviction-disabled',
          message: `evictions=off at ${address}: full, it refuses logins instead of forgetting some`,
          fix: 'watch its memory, or start Memcached without -M',
        },
  ({ address, evicted }) =>
    evicted === 0
      ? null
      : {
          code: 'eviction-enabled',
          message: `evictions=${evicted} at ${address}: so many items were forgotten before their time`,
          fix: 'give Memcached more memory (-m), and nothing else to keep: who is forgotten logs in again',
        },
  ({ address, ahead }) =>
    Math.abs(ahead) < APART
      ? null
      : {
          code: 'clock-skew',
          message: `the clock of ${address} is ${Math.round(ahead / 1_000)} s from ours`,
          fix: 'keep both by NTP',
        },
  ({ address, version }) =>
    isTried(version)
      ? null
      : {
          code: 'unsupported-version',
          message: `version=${version} at ${address}: nobody tried this version`,
          fix: 'use Memcached 1.6 or later',
        },
]

export function findingsOf(settings: Settings): Finding[] {
  return JUDGES.flatMap((judge) => judge(settings) ?? [])
}

function isTried(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST_TRIED[0] || (major === OLDEST_TRIED[0] && minor >= OLDEST_TRIED[1])
}
