import { defineEngines } from './known-bad-engine.ts'

const close = 'operations/close.js'
const clock = 'input/clock.js'
const rotate = 'operations/rotate.js'

/** Cores that trust the arguments of applications, and that wait. */
export const callerInput: ReturnType<typeof defineEngines> = defineEngines({
  'clock-unchecked': {
    mutation: "any value of the application's clock is taken for the time",
    caughtBy: 'invalid-clocks',
    failureMatches: /by a clock that answers/,
    patches: [
      {
        file: clock,
        find: "if (typeof now !== 'number' || !(now >= EARLIEST_MS && now <= LATEST_MS))",
        replace: 'if (false)',
      },
    ],
  },
  'clock-in-fractions': {
    mutation: 'a clock with fractions of a millisecond is not floored',
    caughtBy: 'invalid-clocks',
    failureMatches: /could not be read back/,
    patches: [{ file: clock, find: 'return Math.floor(now)', replace: 'return now' }],
  },
  'seconds-are-a-time': {
    mutation: 'a clock that counts seconds is in 1970, where nothing has expired',
    caughtBy: 'invalid-clocks',
    failureMatches: /by a clock that answers seconds/,
    patches: [{ file: clock, find: 'now >= EARLIEST_MS', replace: 'now >= 0' }],
  },
  'delete-not-escaped': {
    mutation: 'DEL, which is no printable character, is sent as it is',
    caughtBy: 'hostile-notes',
    failureMatches: /could not be read back/,
    patches: [{ file: 'records/make-record.js', find: '/[^ -~]/g', replace: '/[^ -\\x7f]/g' }],
  },
  'drafts-after-the-write': {
    mutation: 'the tokens of a rotation are drafted after the write that uses the old one up',
    caughtBy: 'claims-too-large',
    failureMatches: /claims that do not fit: nothing is written/,
    patches: [
      {
        file: rotate,
        find: 'await this.#successors.sign(this.#successor(rotation, endsAt, successorClaims));',
        replace: '',
      },
    ],
  },
  'rotates-for-anybody': {
    mutation: 'a refresh token is rotated for another client',
    caughtBy: 'wrong-client',
    failureMatches: /rotated by app/,
    patches: [
      {
        file: rotate,
        find: 'client !== undefined && client !== token.claims.client_id',
        replace: 'false',
      },
    ],
  },
  'revokes-for-anybody': {
    mutation: 'a token is revoked for another client (RFC 7009 §2.1)',
    caughtBy: 'wrong-client',
    failureMatches: /revoked by app/,
    patches: [
      {
        file: 'revocation/revoke-token.js',
        find: 'presenter !== undefined && presenter !== client',
        replace: 'false',
      },
    ],
  },
  'closes-for-all': {
    mutation: 'an instance closes the repository that others still use',
    caughtBy: 'shared-repository',
    failureMatches: /./,
    patches: [
      {
        file: 'store/repository-users.js',
        find: 'users === undefined || --users.count > 0',
        replace: 'users === undefined',
      },
    ],
  },
  'drain-ignored': {
    mutation: 'close({ drain }) ends pending calls',
    caughtBy: 'close-with-pending-calls',
    failureMatches: /closed/,
    patches: [{ file: close, find: 'drain > 0 && calls.underWay > 0', replace: 'false' }],
  },
  'drain-never-ends': {
    mutation: 'close({ drain }) waits for a call that does not end, however long it takes',
    caughtBy: 'close-with-pending-calls',
    // Whichever comes first: on a busy machine the case waits for longer than the deadline.
    failureMatches: /did not finish|when the drain is over/,
    patches: [
      {
        file: close,
        find: 'const cancel = afterDeadline(ms, resolve)',
        replace: 'let cancel = () => 0',
      },
    ],
  },
  'sent-writes-are-closed': {
    mutation: 'a write that was sent when the instance closed is reported as not done',
    caughtBy: 'close-with-pending-calls',
    failureMatches: /cut before its write happened/,
    patches: [
      {
        file: 'store/writes.js',
        find: "return error.code !== 'TOKENWARD_CLOSED'",
        replace: 'return true',
      },
    ],
  },
})
