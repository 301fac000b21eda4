import { cases } from '@tokenward/conformance'

/** Cases that depend on the server and its version more than on the adapter and on core. */
const SUBSET: readonly string[] = [
  'insert-if-absent',
  'conditional-replace',
  'repeated-write',
  'entries-independent',
  'corrupt-record',
  'fields-kept',
  'largest-body',
  'long-retention',
  'retained-to-the-end',
  'prune-keeps-retained',
  'list-pages',
  'watch-hints',
  'power-loss',
  'kill9-server',
  'unsafe-config',
  'server-clock-jump',
  'script-flush',
  'least-privilege',
  'ring-death',
  'listing',
  'caller-owned',
  'no-uncaught',
]

/** Redis 7 runs the whole suite; other servers do so in a full run only. */
export const subset: readonly string[] = process.env['TOKENWARD_FULL']
  ? cases.map(({ name }) => name)
  : SUBSET
