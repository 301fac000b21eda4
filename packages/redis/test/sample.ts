import type { Sample } from '@tokenward/conformance'

/** Cases that depend on the server and its version more than on the adapter and on core. */
const ALWAYS: readonly string[] = [
  'insert-if-absent',
  'conditional-replace',
  'repeated-write',
  'entries-independent',
  'corrupt-record',
  'fields-unchanged',
  'largest-body',
  'long-retention',
  'server-expiry',
  'retained-until-end',
  'prune-keeps-retained',
  'list-pages',
  'watch-notifications',
  'power-loss',
  'kill9-server',
  'unsafe-config',
  'server-clock-jump',
  'retained-by-server-clock',
  'script-flush',
  'least-privilege',
  'dead-ring-member',
  'listing',
  'caller-owned',
  'no-secrets-in-server-log',
  'no-unhandled-errors',
]

/** Redis 7 runs more of the suite. */
export const sample: Sample = { runs: 12, always: ALWAYS }
