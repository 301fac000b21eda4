import type { Sample } from '@tokenward/conformance'

/** Cases that depend on the server and its version more than on the adapter and on core. */
const ALWAYS: readonly string[] = [
  'insert-if-absent',
  'conditional-replace',
  'corrupt-record',
  'long-retention',
  'server-expiry',
  'list-pages',
  'watch-notifications',
  'power-loss',
  'kill9-server',
  'unsafe-config',
  'server-clock-jump',
  'retained-by-server-clock',
  'script-flush',
  'dead-ring-member',
  'no-unhandled-errors',
]

/** Redis 7 runs more of the suite. */
export const sample: Sample = { runs: 12, always: ALWAYS }
