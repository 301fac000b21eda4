import type { HeldInFile } from '../held-by.ts'

export const data: HeldInFile = {
  ListedSession: {
    'A session, as {@link Tokenward.sessions} returns it.': 'description',
  },
  'ListedSession.record': {
    'The key of the record, for `revoke({ record })`.': [
      'core: test/revoking.test.ts > explain() and list() name the tombstone of a token that was never stored',
      'listed-status',
    ],
  },
  'ListedSession.createdAt': {
    'When it began, in ms since 1970.': [
      'core: test/sessions.test.ts > sessions are the newest first, with their names and times',
    ],
  },
  'ListedSession.lastUsedAt': {
    'When its refresh token was rotated last, or when it began, in ms since 1970.': [
      'last-used-at-login',
    ],
  },
  'ListedSession.expiresAt': {
    'When its current refresh token expires, in ms since 1970.': [
      'core: test/sessions.test.ts > sessions are the newest first, with their names and times',
    ],
  },
  'ListedSession.endsAt': {
    'When it ends, however often it is refreshed, in ms since 1970.': [
      'end-moves',
      'core: test/sessions.test.ts > sessions are the newest first, with their names and times',
    ],
  },
  'ListedSession.active': {
    'Whether its current refresh token is accepted now.': [
      'revoked-listed-as-active',
      'unused-login-shown',
    ],
  },
  'ListedSession.reason': {
    'Missing if `active`.': ['revoked-listed-as-active', 'derived-cutoff-not-listed'],
  },
  'ListedSession.decidedBy': {
    'The scope of the record that decided, if a record did.': [
      'revoked-listed-as-active',
      'derived-cutoff-not-listed',
    ],
  },
  'ListedSession.data': {
    'With the option `data`: `null` where there is none, or where it cannot be opened.': [
      'unreadable-not-shown',
      'core: test/sessions.test.ts > an instance without keys shows the times, and which key is missing',
    ],
  },
  SessionPage: {
    'One page of sessions, the newest first.': ['sessions-by-key'],
  },
  'SessionPage.cursor': {
    'Pass it to {@link Tokenward.sessions} for the next page.': [
      'core: test/sessions.test.ts > the pages of a cursor are stable while sessions begin and are used',
    ],
    'Missing on the last page.': [
      'cursor-skips-sessions',
      'core: test/sessions.test.ts > logins of one millisecond are all on exactly one page',
    ],
    'With `client`, a page may have fewer sessions than `limit`, or none, and still a cursor.': [
      'cursor-skips-sessions',
      'core: test/sessions.test.ts > a page of one client reads at most 1,000 sessions, and its cursor leads on',
    ],
  },
  SessionsOptions: {
    'The options of {@link Tokenward.sessions}.': 'description',
  },
  'SessionsOptions.data': {
    'Whether each session has its `data`.': [
      'core: test/sessions.test.ts > sessions are the newest first, with their names and times',
    ],
    '@default false': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'SessionsOptions.limit': {
    'The largest number of sessions in the page, from 1 to 1,000.': [
      'core: test/sessions.test.ts > %s of sessions() is refused',
    ],
    '@default 100': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'SessionsOptions.cursor': {
    'The `cursor` of the previous page.': ['cursor-skips-sessions'],
  },
  ResealOptions: {
    'The options of {@link Tokenward.reseal}.': 'description',
  },
  'ResealOptions.limit': {
    'The largest number of records to look at.': [
      'core: test/reseal.test.ts > a limit and its cursor lead through the whole store',
    ],
    'Continue with the `cursor` of the result.': [
      'reseal-begins-again',
      'core: test/reseal.test.ts > a limit and its cursor lead through the whole store',
    ],
    '@default no limit': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'ResealOptions.cursor': {
    'The `cursor` of an earlier result.': ['reseal-begins-again'],
  },
  'ResealOptions.dryRun': {
    'Changes nothing, and counts what would be sealed anew.': ['reseal-in-dry-run'],
    '@default false': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'ResealOptions.signal': {
    'Once it is aborted, the call ends after the batch that is under way, and its result has a `cursor`.':
      [
        'core: test/reseal-interrupted.test.ts > reseal ends after the batch in which its signal is aborted, and goes on from its cursor',
      ],
  },
  'ResealOptions.onProgress': {
    'Is called after each batch, with what was done so far.': [
      'core: test/reseal.test.ts > a limit and its cursor lead through the whole store',
    ],
  },
  ResealProgress: {
    'What {@link Tokenward.reseal} has done so far.': 'description',
  },
  'ResealProgress.scanned': {
    'How many records were looked at.': [
      'core: test/reseal.test.ts > a limit and its cursor lead through the whole store',
      'core: test/reseal.test.ts > a dry run counts by key, and writes nothing',
    ],
  },
  'ResealProgress.resealed': {
    'How many were sealed with the current key, or with `dryRun` would be.': [
      'core: test/reseal.test.ts > a limit and its cursor lead through the whole store',
      'core: test/reseal.test.ts > a dry run counts by key, and writes nothing',
    ],
  },
  EraseOptions: {
    'The options of {@link Tokenward.erase}.': 'description',
  },
  'EraseOptions.onProgress': {
    'Is called after each batch, with the number of records emptied so far.': [
      'core: test/erase.test.ts > erase revokes the subject and empties its records, and a second call finds none',
    ],
  },
  StoredData: {
    'The result of {@link Tokenward.data}.': 'description',
    '`active` tells whether the token or session is accepted now.': [
      'core: test/verify-data.test.ts > data() finds a token or session by each target, and refuses scopes',
    ],
  },
  DataUpdate: {
    'The result of {@link Tokenward.updateData}.': 'description',
    'Not updated: the token or session is not accepted any more, or what is stored cannot be opened (`unreadable`).':
      ['data-of-revoked-changed', 'update-overwrites-unreadable'],
  },
  Resealed: {
    'The result of {@link Tokenward.reseal}.': 'description',
  },
  'Resealed.keys': {
    'By the id of a key: how many sealed texts it still seals, after this call.': [
      'core: test/reseal.test.ts > a dry run counts by key, and writes nothing',
    ],
  },
  'Resealed.unreadable': {
    'How many texts keep their earlier key: it is missing, they were changed, or they are too large with the header of the current key.':
      [
        'reseal-drops-unreadable',
        'core: test/reseal.test.ts > what cannot be opened is counted, keeps its text, and ends nothing',
        'core: test/reseal.test.ts > a text that is too large with the header of the current key stays, and the session rotates',
      ],
    'With `dryRun` only those whose key is missing.': [
      'core: test/reseal.test.ts > a dry run counts by key, and writes nothing',
    ],
  },
  'Resealed.cursor': {
    'There is more: call again with it.': [
      'core: test/reseal.test.ts > a limit and its cursor lead through the whole store',
    ],
    'Missing at the end.': [
      'core: test/reseal.test.ts > a limit and its cursor lead through the whole store',
    ],
  },
  Erased: {
    'The result of {@link Tokenward.erase}.': 'description',
  },
  'Erased.at': {
    'Since when the subject is revoked, in ms since 1970.': [
      'core: test/erase.test.ts > erase revokes the subject and empties its records, and a second call finds none',
    ],
  },
  'Erased.erased': {
    'How many records were emptied.': [
      'core: test/erase.test.ts > erase revokes the subject and empties its records, and a second call finds none',
    ],
    'A second call finds none.': [
      'core: test/erase.test.ts > erase revokes the subject and empties its records, and a second call finds none',
    ],
  },
}
