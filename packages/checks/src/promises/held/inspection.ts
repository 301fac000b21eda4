import type { HeldInFile } from '../held-by.ts'

export const inspection: HeldInFile = {
  RecordNames: {
    'The names of a token or session, and its label, as they are sealed in its record.':
      'description',
  },
  'RecordNames.session': {
    'Sessions: the id, as in the claim `sid`.': [
      'core: test/verify-data.test.ts > data() finds a token or session by each target, and refuses scopes',
    ],
  },
  'RecordNames.jti': {
    'Tokens: the id, as in the claim `jti`.': [
      'core: test/verify-data.test.ts > data() finds a token or session by each target, and refuses scopes',
    ],
  },
  'RecordNames.label': {
    'The `label` of the login.': [
      'core: test/verify-data.test.ts > data() finds a token or session by each target, and refuses scopes',
    ],
  },
  'RecordNames.unreadable': {
    'What is sealed could not be opened: the id of the key that is missing or does not fit, or whose key management service failed.':
      [
        'unreadable-not-shown',
        'core: test/sessions.test.ts > an instance without keys shows the times, and which key is missing',
      ],
    'Empty where even the id cannot be read.': [
      'unreadable-not-shown',
      'core: test/sessions.test.ts > an instance without keys shows the times, and which key is missing',
    ],
  },
  RecordCheck: {
    'One record that {@link Tokenward.explain} read, and its result for the token.': 'description',
  },
  'RecordCheck.record': {
    'The key of the record in the store.': [
      'core: test/explain.test.ts > explain() marks the revocation of a session, and not the record of the session',
    ],
  },
  'RecordCheck.found': {
    'The stored state.': [
      'core: test/explain.test.ts > explain() marks the record of a session where it decided, and not the revocation',
    ],
    '`none`: there is no record.': [
      'core: test/explain.test.ts > explain() marks the record of a session where it decided, and not the revocation',
    ],
  },
  'RecordCheck.result': {
    'What the record alone means for the token.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
    '`not-applicable`: a missing record that is not required.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
  },
  'RecordCheck.decisive': {
    'Whether this record decided the result of the token.': [
      'core: test/explain.test.ts > explain() marks the revocation of a session, and not the record of the session',
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
    'At most one has.': [
      'core: test/explain.test.ts > explain() marks the revocation of a session, and not the record of the session',
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
  },
  'RecordCheck.at': {
    'Since when it is revoked or consumed, in ms since 1970.': [
      'first-revocation-forgotten',
      'core: test/explain-results.test.ts > the note is missing where it is sealed and cannot be opened',
    ],
  },
  'RecordCheck.note': {
    'What was noted with the revocation.': [
      'first-revocation-forgotten',
      'core: test/explain-results.test.ts > the note is missing where it is sealed and cannot be opened',
    ],
    'Missing if it is sealed and the instance cannot open it.': [
      'first-revocation-forgotten',
      'core: test/explain-results.test.ts > the note is missing where it is sealed and cannot be opened',
    ],
  },
  'RecordCheck.names': {
    'Records of tokens and sessions: what is sealed in it.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
  },
  Explanation: {
    'The result of {@link Tokenward.explain}.': 'description',
  },
  'Explanation.reason': {
    'Missing if `active`.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
  },
  'Explanation.decidedBy': {
    'The scope of the record that decided, if a record did.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
  },
  'Explanation.at': {
    'Since when it is revoked or consumed, in ms since 1970.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
  },
  'Explanation.note': {
    'What was noted with the revocation.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
  },
  'Explanation.checks': {
    'The records that were read, widest scope first.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
    'Empty if the token was refused without the store.': [
      'core: test/explain-results.test.ts > each record has its own result, widest scope first, and one decides',
    ],
  },
  Listed: {
    'A stored token or session, as {@link Tokenward.list} returns it.': 'description',
    'It has names where the instance can open what is sealed.': ['unreadable-not-shown'],
  },
  'Listed.record': {
    'The key of the record, for `revoke({ record })` and `explain({ record })`.': [
      'listed-status',
      'core: test/explain-results.test.ts > a listed record has its times, and can be explained and revoked',
    ],
  },
  'Listed.active': {
    'Whether the token, or the current refresh token of the session, is accepted now.': [
      'revoked-listed-as-active',
      'access-token-listed-as-revoked',
      'derived-cutoff-not-listed',
    ],
  },
  'Listed.reason': {
    'Missing if `active`.': [
      'revoked-listed-as-active',
      'access-token-listed-as-revoked',
      'derived-cutoff-not-listed',
    ],
  },
  'Listed.decidedBy': {
    'The scope of the record that decided, if a record did.': [
      'revoked-listed-as-active',
      'access-token-listed-as-revoked',
      'derived-cutoff-not-listed',
    ],
  },
  'Listed.expiresAt': {
    'When the token, or the current refresh token of the session, expires, in ms since 1970.': [
      'core: test/explain-results.test.ts > a listed record has its times, and can be explained and revoked',
    ],
  },
  'Listed.endsAt': {
    'Sessions: when it ends, however often it is refreshed, in ms since 1970.': [
      'core: test/explain-results.test.ts > a listed record has its times, and can be explained and revoked',
    ],
  },
  'Listed.issuedAt': {
    'When the token was issued, or the session began, in ms since 1970.': [
      'core: test/explain-results.test.ts > a listed record has its times, and can be explained and revoked',
    ],
  },
  'Listed.generation': {
    'Sessions: 1 at login, and one more after each rotation.': [
      'core: test/explain-results.test.ts > a listed record has its times, and can be explained and revoked',
    ],
  },
  Page: {
    'One page of a list.': 'description',
  },
  'Page.cursor': {
    'Pass it to {@link Tokenward.list} for the next page.': [
      'cursor-includes',
      'limit-before-group',
    ],
    'Missing on the last page.': ['cursor-includes', 'limit-before-group'],
    'With `kind`, or for a subject at one client, a page may have fewer items than `limit`, or none, and still a cursor.':
      [
        'core: test/listing.test.ts > list() of a subject at one client reads on, and its cursor leads past records of others',
      ],
  },
  IssuerHealth: {
    'Whether the tokens of an issuer can be verified.': 'description',
  },
  'IssuerHealth.ok': {
    'Whether there are keys to verify with, even if newer ones cannot be fetched.': [
      'core: test/remote-keys.test.ts > usable keys are ok, with an error if newer ones cannot be fetched',
    ],
  },
  'IssuerHealth.keys': {
    'How many keys can verify.': [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
    ],
  },
  'IssuerHealth.fetchedAt': {
    'When the keys were fetched, in ms since 1970.': [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
    ],
    'Missing for a list of keys in your options.': [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
    ],
  },
  'IssuerHealth.skipped': {
    'Why other keys of the key set are not used.': [
      'core: test/remote-keys.test.ts > a key set without a usable key is reported with the skipped keys',
    ],
  },
  'IssuerHealth.error': {
    'Why there are no keys, or no newer ones.': [
      'core: test/remote-keys.test.ts > usable keys are ok, with an error if newer ones cannot be fetched',
    ],
  },
  SigningKeyHealth: {
    'A key of this instance: what it is used for, and until when it is needed.': 'description',
  },
  'SigningKeyHealth.status': {
    '`signs`: new tokens are signed with it.': [
      'core: test/changing-keys.test.ts > are announced, sign and retire without a restart',
    ],
    '`announced`: it comes before the key that signs, and signs from `signsFrom` on.': [
      'core: test/changing-keys.test.ts > are announced, sign and retire without a restart',
    ],
    '`verifies`: tokens that it signed are accepted.': [
      'core: test/changing-keys.test.ts > are announced, sign and retire without a restart',
    ],
  },
  'SigningKeyHealth.signsFrom': {
    'Announced keys: in ms since 1970.': [
      'core: test/changing-keys.test.ts > are published for 15 minutes before they sign',
    ],
  },
  'SigningKeyHealth.removableAt': {
    'Keys that verify: from when on no token that it has signed is accepted any more, and you may remove it, in ms since 1970, unless it is to sign later.':
      [
        'core: test/changing-keys.test.ts > when tokens of 30 days, signed by the process that follows last, have expired',
      ],
    'It counts from when this instance last signed with it, or has first seen it: a process that has just started gives a later time.':
      [
        'core: test/changing-keys.test.ts > when tokens of 30 days, signed by the process that follows last, have expired',
      ],
    'Missing where no key signs.': [
      'core: test/health.test.ts > an instance that only verifies has no time to remove a key, and none by a URL',
    ],
  },
  Health: {
    'The result of {@link Tokenward.health}.': 'description',
  },
  'Health.ok': {
    'Whether the store answers, its root record is readable, and each issuer has keys.': [
      'corrupt-root-stays',
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
      'core: test/health.test.ts > health() reports a store that fails, and does not throw',
    ],
  },
  'Health.adapter': {
    'The name of the adapter, such as `postgres`.': [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
    ],
  },
  'Health.capabilities': {
    'What the store can do with its current settings.': [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
    ],
  },
  'Health.findings': {
    'What was found at the start.': [
      'missing-key-not-found',
      'core: test/corrupt-records.test.ts > a second issuer in the same namespace is a finding',
    ],
  },
  'Health.issuers': {
    "The issuers whose tokens are accepted, the instance's own first.": [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
    ],
  },
  'Health.signingKeys': {
    "The instance's own keys, in their order.": [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
    ],
    'Empty where it verifies by the URL of its keys.': [
      'core: test/health.test.ts > an instance that only verifies has no time to remove a key, and none by a URL',
    ],
  },
  'Health.latency': {
    'How long one read took, in ms.': [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
    ],
  },
  'Health.error': {
    'What is wrong with the store.': [
      'core: test/health.test.ts > health() reports a store that fails, and does not throw',
    ],
  },
}
