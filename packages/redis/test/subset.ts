import { cases } from '@tokenward/conformance'

/** Cases that depend on the server and its version more than on the adapter and on core. */
const SUBSET: readonly string[] = [
  'insert-if-absent',
  'conditional-replace',
  'repeated-write',
  'entries-independent',
  'corrupt-record',
  'fields-unchanged',
  'largest-body',
  'long-retention',
  'retained-until-end',
  'prune-keeps-retained',
  'list-pages',
  'watch-notifications',
  'power-loss',
  'kill9-server',
  'unsafe-config',
  'server-clock-jump',
  'script-flush',
  'least-privilege',
  'dead-ring-member',
  'listing',
  'caller-owned',
  'no-secrets-in-server-log',
  'no-unhandled-errors',
]

/** Redis 7 runs the whole suite; other servers do so in a full run only. */
export const subset: readonly string[] = process.env['TOKENWARD_FULL']
  ? cases.map(({ name }) => name)
  : SUBSET
