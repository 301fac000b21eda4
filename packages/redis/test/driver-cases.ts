import type { ConformanceOptions } from '@tokenward/conformance'

/** Cases that depend on the driver more than on the server and on core. */
const CASES: readonly string[] = [
  'insert-if-absent',
  'conditional-replace',
  'entries-independent',
  'corrupt-record',
  'fields-unchanged',
  'aborted-signal',
  'lost-replies',
  'late-replies',
  'watch-notifications',
  'recover',
  'caller-owned',
  'no-unhandled-errors',
]

/** `ioredis` runs the whole suite; other drivers do so in a full run only. */
export const driverCases: Pick<ConformanceOptions, 'only'> = process.env['TOKENWARD_FULL']
  ? {}
  : { only: { cases: CASES, reason: 'of a further driver: in a full run' } }
