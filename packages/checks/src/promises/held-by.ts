/**
 * What holds a promise: names of conformance cases, of known-bads (which name their case), and of tests as
 * `core: test/rotation.test.ts > reuse is found`, where the suite cannot hold it. `description`: the
 * sentence promises nothing that could be broken.
 */
type HeldSentence = readonly string[] | 'description'

/** Of one file, by subject, as in `TokenRepository.read`, and by sentence, as it is in the doc comment. */
export type HeldInFile = Readonly<Record<string, Readonly<Record<string, HeldSentence>>>>
