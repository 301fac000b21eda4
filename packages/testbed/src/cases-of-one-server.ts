/** These disturb the network to a single server. */
const CASES: readonly string[] = [
  'lost-replies',
  'late-replies',
  'refused-port',
  'black-hole',
  'half-reply',
  'reset-after-send',
  'late-reply',
  'recover',
  'recognize-own-write-on-wire',
  'join-after-send-on-wire',
]

/**
 * What a run of the suite on several servers leaves out.
 * @param coveredBy the test that disturbs one server of several
 */
export function casesOfOneServer(coveredBy: string): Readonly<Record<string, string>> {
  const reason = `disturbs the network to a single server; ${coveredBy} does so with one of several`
  return Object.fromEntries(CASES.map((name) => [name, reason]))
}
