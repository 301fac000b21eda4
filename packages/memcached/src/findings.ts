import type { Finding } from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'
import type { Settings } from './settings.ts'

/** A larger difference is no delay of the network. */
const MAX_CLOCK_SKEW_MS = 10_000
const MIN_VERSION = [1, 6] as const
/** For the header of an item, its key, and the fields of a record other than its body. */
const ITEM_OVERHEAD_BYTES = 4_096

type SettingsCheck = (settings: Settings) => Finding | null

const CHECKS: readonly SettingsCheck[] = [
  ({ address, casEnabled }) =>
    casEnabled
      ? null
      : {
          code: 'cas-disabled',
          message: `cas_enabled=no at ${address}: a conditional write is not possible`,
          fix: 'start Memcached without -C',
          downgrades: { durability: 'reverting', linearizable: false },
        },
  ({ address, itemSizeMax }) =>
    itemSizeMax >= 3 * CAPABILITIES.maxBodyBytes + ITEM_OVERHEAD_BYTES
      ? null
      : {
          code: 'item-size-too-small',
          message: `item_size_max=${itemSizeMax} at ${address}`,
          fix: 'start Memcached with -I 1m, its default',
          downgrades: {
            maxBodyBytes: Math.max(Math.floor((itemSizeMax - ITEM_OVERHEAD_BYTES) / 3), 0),
          },
        },
  ({ address, evicts }) =>
    evicts
      ? null
      : {
          code: 'eviction-disabled',
          message: `evictions=off at ${address}: a full server refuses new logins`,
          fix: 'monitor its memory, or start Memcached without -M',
        },
  ({ address, evicted }) =>
    evicted === 0
      ? null
      : {
          code: 'eviction-enabled',
          message: `evictions=${evicted} at ${address}: so many items were evicted before they expired`,
          fix: 'give Memcached more memory (-m), and store nothing else in it: users whose records were evicted sign in again',
        },
  ({ address, clockOffsetMs }) =>
    Math.abs(clockOffsetMs) < MAX_CLOCK_SKEW_MS
      ? null
      : {
          code: 'clock-skew',
          message: `the clock of ${address} differs from ours by ${Math.round(clockOffsetMs / 1_000)} s`,
          fix: 'synchronize both by NTP',
        },
  ({ address, version }) =>
    isSupported(version)
      ? null
      : {
          code: 'unsupported-version',
          message: `version=${version} at ${address}: unsupported version`,
          fix: 'use Memcached 1.6 or later',
        },
]

export function findingsOf(settings: Settings): Finding[] {
  return CHECKS.flatMap((check) => check(settings) ?? [])
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1])
}
