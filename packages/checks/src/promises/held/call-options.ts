import type { HeldInFile } from '../held-by.ts'

export const callOptions: HeldInFile = {
  OneOrMany: {
    'One string or several, as in the claim `aud` (RFC 7519 §4.1.3).': 'description',
  },
  IssueOptions: {
    'The options of {@link Tokenward.issue}.': 'description',
    'Ids have 1 to 1,024 UTF-16 code units and are well-formed.': [
      'undefined-target',
      'core: test/input.test.ts > %s is refused: %j',
    ],
  },
  'IssueOptions.subject': {
    'The user that the token is about: the claim `sub` (RFC 7519 §4.1.2).': [
      'names-concatenated',
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
  },
  'IssueOptions.client': {
    'The client that the token is issued to: the claim `client_id` (RFC 9068 §2.2).': [
      'names-concatenated',
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
  },
  'IssueOptions.audience': {
    'The audience of the access token: the claim `aud`.': [
      'names-concatenated',
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
    '@default the `audience` of the instance': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'IssueOptions.scope': {
    'The claim `scope`: values separated by single spaces (RFC 6749 §3.3).': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
      'core: test/input.test.ts > %s is refused: %j',
    ],
  },
  'IssueOptions.claims': {
    'Your claims for the access token.': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
    'An object is also stored in the refresh token, and is signed again at each rotation.': [
      'stale-claims-carried',
      'core: test/login-results.test.ts > claims that were given at login are signed again, until a rotation replaces them',
    ],
    'A function is called after the revocations were read: use one for privileges, and pass claims again to each `rotate`.':
      ['epochs-after-claims', 'stale-claims-carried'],
  },
  'IssueOptions.lifetime': {
    'The lifetime of the access token, at most `lifetimes.access` of the instance.': [
      'core: test/input.test.ts > %s is refused: %j',
      'core: test/login-results.test.ts > times of a login are in ms, and expiresIn is in seconds',
    ],
    '@default `lifetimes.access` of the instance': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'IssueOptions.data': {
    'What you want to keep beside the session, or beside the token where there is none: a JSON object of at most `maxDataBytes`.':
      [
        'data-size-not-checked',
        'data-cut',
        'core: test/verify-data.test.ts > verify: data is that of the session, or of the token where there is none',
      ],
    'It is encrypted in the store, and is not part of any token.': [
      'data-in-clear',
      'names-in-the-header',
    ],
    'Needs `sealing`.': [
      'core: test/sealing/options.test.ts > without the option, data and label are refused with the fix, and everything else works',
    ],
  },
  'IssueOptions.label': {
    'A name that people recognize in {@link Tokenward.sessions}, such as `Firefox on Linux`: 1 to 128 UTF-16 code units, encrypted like `data`.':
      [
        'labels-in-events',
        'core: test/data.test.ts > the label %j is refused',
        'core: test/data.test.ts > a label of 128 code units is shown',
      ],
    'Needs `sealing`.': [
      'core: test/sealing/options.test.ts > without the option, data and label are refused with the fix, and everything else works',
    ],
  },
  'IssueOptions.maxSessions': {
    'How many sessions the subject may have.': [
      'sessions-counted-first',
      'ended-sessions-count',
      'core: test/ending-sessions.test.ts > maxSessions ends the oldest sessions',
    ],
    'Where there are more, this login ends the oldest ones.': [
      'sessions-counted-first',
      'ended-sessions-count',
      'core: test/ending-sessions.test.ts > maxSessions ends the oldest sessions',
    ],
    'Only with a session, on stores that can list.': [
      'core: test/ending-sessions.test.ts > maxSessions needs a session, and a store that can list, before anything is written',
    ],
    '@default no limit': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'IssueOptions.refresh': {
    'Whether to start a session with a refresh token.': 'description',
    '`false`: only an access token.': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
      'core: test/login-results.test.ts > refresh: false gives an access token alone',
    ],
    '@default true': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  VerifyOptions: {
    'The options of {@link Tokenward.verify}: what you require of a token.': 'description',
  },
  'VerifyOptions.audience': {
    'One of these must be in the claim `aud`.': [
      'core: test/requirements.test.ts > the claim of a wrong audience or kind is named in the result',
    ],
    'A token of a trusted issuer must also have an audience that its `trust` options name.': [
      'core: test/trust-options.test.ts > is also compared with the audience of a call',
    ],
    '@default the `audience` of the instance; for trusted issuers only that of their options': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
      'core: test/requirements.test.ts > the claim of a wrong audience or kind is named in the result',
    ],
  },
  'VerifyOptions.scope': {
    'Each of these values, separated by single spaces, must be in the claim `scope` (RFC 6749 §3.3).':
      ['core: test/requirements.test.ts > a missing scope value is named in the result'],
  },
  'VerifyOptions.kind': {
    'The kind of token.': 'description',
    '`consume` accepts only access tokens.': [
      'core: test/login-results.test.ts > consume() refuses a refresh token',
    ],
    "@default 'access'": [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'VerifyOptions.acceptKeyBound': {
    'Accepts a token that is bound to a key of its client (the claim `cnf`, RFC 7800).': [
      'core: test/key-bound.test.ts > a caller that checks the key gets the claim',
      'core: test/key-bound.test.ts > an earlier call that accepted the token does not accept it for others',
    ],
    'Only for a caller that compares `claims.cnf` with the proof (DPoP, RFC 9449) or the certificate (mutual TLS, RFC 8705) of the request: without this check, a stolen token is accepted from anyone.':
      [
        'core: test/key-bound.test.ts > a caller that checks the key gets the claim',
        'core: test/key-bound.test.ts > an earlier call that accepted the token does not accept it for others',
      ],
    '@default false': ['core: test/key-bound.test.ts > a token that is bound to a key is refused'],
  },
  'VerifyOptions.data': {
    "Whether the result has the `data` and the `label` of the token's session, or of the token where there is none.":
      [
        'core: test/verify-data.test.ts > verify: data is that of the session, or of the token where there is none',
      ],
    'They are read in the same round trip.': [
      'core: test/verify-data.test.ts > verify: data costs no further round trip, and nothing without the option',
    ],
    'What cannot be opened is `null`, and the event `unreadable`; it never makes a token inactive.':
      ['unreadable-not-reported', 'throws-without-keys'],
    '@default false': [
      'core: test/verify-data.test.ts > verify: data costs no further round trip, and nothing without the option',
    ],
  },
  ConsumeOptions: {
    'The options of {@link Tokenward.consume}.': 'description',
  },
  'ConsumeOptions.idempotencyKey': {
    'Names the operation that the token is consumed for.': [
      'any-consume-mark-accepted',
      'lost-reply-counts-as-loss',
    ],
    'A repeated call with the same key succeeds again, so a client can retry after a lost response. 1 to 1,024 UTF-16 code units.':
      ['any-consume-mark-accepted', 'lost-reply-counts-as-loss'],
  },
  RotateOptions: {
    'The options of {@link Tokenward.rotate}.': 'description',
  },
  'RotateOptions.scope': {
    'Part of the scope that was granted at login, for the new access token alone (RFC 6749 §6).': [
      'core: test/login-results.test.ts > the scope of a rotation is a part of the granted one, for its access token alone',
    ],
  },
  'RotateOptions.claims': {
    'As in {@link IssueOptions.claims}.': 'description',
    'An object replaces the one that the refresh token holds.': [
      'core: test/login-results.test.ts > claims that were given at login are signed again, until a rotation replaces them',
    ],
  },
  'RotateOptions.client': {
    'The client that presents the token, if you have authenticated it.': 'description',
    'A token that was issued to another client is refused as `invalid-claims` and is not rotated (RFC 6749 §6).':
      [
        'rotates-for-anybody',
        'core: test/rotation.test.ts > a refresh token of another client is refused and not used up',
      ],
  },
  ListOptions: {
    'The options of {@link Tokenward.list}.': 'description',
  },
  'ListOptions.kind': {
    'Only tokens, or only sessions.': ['listing'],
    '@default both': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'ListOptions.limit': {
    'The largest number of items in the page, from 1 to 1,000.': [
      'listing',
      'core: test/sessions.test.ts > %s of sessions() is refused',
    ],
    '@default 100': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'ListOptions.cursor': {
    'The `cursor` of the previous page.': ['cursor-includes'],
  },
  PruneOptions: {
    'The options of {@link Tokenward.prune}.': 'description',
  },
  'PruneOptions.limit': {
    'The largest number of records to delete, or with `dryRun` to count.': [
      'core: test/listing.test.ts > prune() counts with dryRun, and stops at its limit',
    ],
    '@default no limit; 100,000 with `dryRun`': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'PruneOptions.dryRun': {
    'Only counts the records, and deletes none.': [
      'prune-dry-run-deletes',
      'core: test/listing.test.ts > prune() counts with dryRun, and stops at its limit',
    ],
    '@default false': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  'PruneOptions.onProgress': {
    'Is called after each batch with the number of records deleted so far.': [
      'core: test/listing.test.ts > prune() lets other work go on between its batches',
    ],
  },
  PrepareOptions: {
    'The options of {@link prepare}.': 'description',
  },
  'PrepareOptions.dryRun': {
    'Changes nothing, and returns what would be done.': [
      'core: test/corrupt-records.test.ts > prepare() replaces a corrupt root record and reports it',
      'cli: test/migrate-doctor.test.ts > --dry-run does not change an existing store',
    ],
    '@default false': [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  CloseOptions: {
    'The options of {@link Tokenward.close}.': 'description',
  },
  'CloseOptions.drain': {
    'How long the calls that are under way may still take, from `0s` to `5m`.': [
      'drain-ignored',
      'drain-never-ends',
    ],
    "@default '0s'": [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
      'core: test/closing.test.ts > close() without a drain rejects reads, and writes that were not sent, as closed',
    ],
  },
}
