import type { ConformanceOptions } from '@tokenward/conformance'

/** Cases that depend on the driver more than on the server and on core. */
const CASES: readonly string[] = [
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
  'power-loss',
  'unsafe-config',
  'caller-owned',
  'no-unhandled-errors',
]

/** The adapter's own connection runs the whole suite; other drivers do so in a full run only. */
export const driverCases: Pick<ConformanceOptions, 'only'> = process.env['TOKENWARD_FULL']
  ? {}
  : { only: { cases: CASES, reason: 'of a further driver: in a full run' } }
