import { cases } from '@tokenward/conformance'

/** What depends on the server and its version more than on the adapter and on core. */
const SHORT: readonly string[] = [
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
  'no-unhandled-errors',
]

/** All of the suite runs on Redis 7; in a full run it does on every server. */
export const shortened: readonly string[] = process.env['TOKENWARD_FULL']
  ? cases.map(({ name }) => name)
  : SHORT
