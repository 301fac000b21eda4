import type { HeldInFile } from '../held-by.ts'

export const revokeOptions: HeldInFile = {
  Target: {
    "What to revoke, list or explain: one of these, and with another issuer than the instance's also `issuer`.":
      ['core: test/input.test.ts > a target must name one thing, of a known issuer'],
  },
  Only: {
    'Excludes all properties but these: without it a target with too many of them would compile.':
      'description',
  },
  AllExcept: {
    'All sessions and stored tokens of a user but one session.': [
      'kept-session-revoked',
      'single-tokens-stay',
      'idle-sessions-stay',
    ],
    'Logins during the call may stay.': 'description',
    'On stores that can list.': ['revoke-except'],
  },
  'AllExcept.except': {
    'The id of the session that stays.': ['kept-session-revoked'],
  },
  RevocationNote: {
    'Why something was revoked, and by whose action.': 'description',
    'It is stored with the revocation, in plain text without the option `sealing`.': [
      'notes-in-clear',
      'core: test/erase.test.ts > erase needs no keys, and also empties notes in plain text',
    ],
    'Where a key management service fails, the revocation is stored without its note, and the result has none.':
      [
        'kms-note-in-clear',
        'core: test/sealing/kms.test.ts > a KMS that fails keeps no revocation from happening, and its result shows no note',
      ],
  },
  'RevocationNote.reason': {
    'At most 1,024 UTF-16 code units.': [
      'core: test/login-results.test.ts > a note has at most 1,024 code units',
    ],
  },
  'RevocationNote.actor': {
    'At most 1,024 UTF-16 code units.': [
      'core: test/login-results.test.ts > a note has at most 1,024 code units',
    ],
  },
  RevokeTokenOptions: {
    'The options of {@link Tokenward.revoke} for a token that you pass as a string.': 'description',
  },
  'RevokeTokenOptions.cascade': {
    'Whether an access token also revokes its session.': [
      'core: test/login-results.test.ts > revoke() names what it has revoked',
    ],
    'A refresh token always does.': [
      'core: test/login-results.test.ts > revoke() names what it has revoked',
    ],
    '@default false': ['core: test/login-results.test.ts > revoke() names what it has revoked'],
  },
  'RevokeTokenOptions.client': {
    'The client that presents the token, if you have authenticated it.': 'description',
    'A token that was issued to another client is refused as `invalid-claims` and is not revoked (RFC 7009 §2.1).':
      ['revokes-for-anybody'],
  },
  RevokeTargetOptions: {
    'The options of {@link Tokenward.revoke} for a target.': 'description',
  },
  'RevokeTargetOptions.before': {
    'Revokes only the sessions that began, and the tokens without a session that were issued, up to this past instant: a `Date`, or ms since 1970.':
      [
        'before-is-exclusive',
        'before-by-own-issue-time',
        'core: test/input.test.ts > before must not be in the future, in seconds, or with only',
      ],
    'Not for single tokens, and not with `only`.': [
      'core: test/input.test.ts > before must not be in the future, in seconds, or with only',
      'access-only',
    ],
    '@default now: everything that was issued until the call returns': [
      'epochs-by-clock',
      'epochs-after-claims',
    ],
  },
  'RevokeTargetOptions.only': {
    '`access`: revokes only access tokens, because privileges have changed.': [
      'access-epoch-ignored',
    ],
    'Sessions stay; where a refresh token holds claims, its next rotation needs a function for new ones.':
      ['stale-claims-carried', 'access-epoch-ignored'],
    'Not for single tokens, and not with `before`.': ['access-only'],
  },
}
