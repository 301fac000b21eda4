import type { HeldInFile } from '../held-by.ts'

export const results: HeldInFile = {
  Claims: {
    'The registered claims of a token, as they were signed (RFC 7519 §4.1, RFC 9068 §2.2).': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
    'Dates are NumericDates, in seconds since 1970.': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
    'Frozen.': [
      'core: test/signature-cache.test.ts > cached claims are shared and frozen, and a revocation is never cached',
    ],
  },
  'Claims.iss': {
    'Issuer.': 'description',
  },
  'Claims.exp': {
    'Expiration time, in seconds since 1970.': 'description',
  },
  'Claims.iat': {
    'Issue time, in seconds since 1970.': 'description',
  },
  'Claims.sub': {
    'Subject: the user.': 'description',
  },
  'Claims.aud': {
    'Audience.': 'description',
  },
  'Claims.jti': {
    'Token id.': 'description',
  },
  'Claims.nbf': {
    'Not valid before this time, in seconds since 1970.': 'description',
  },
  'Claims.client_id': {
    'Client (RFC 9068 §2.2).': 'description',
  },
  'Claims.scope': {
    'Space-separated values (RFC 6749 §3.3).': 'description',
  },
  'Claims.sid': {
    'The session that the token belongs to: `revoke({ session: sid })` revokes it.': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
  },
  Mismatch: {
    'Which requirement a token did not meet.': 'description',
    'Log it, but do not send it to the client of a token.': 'description',
  },
  'Mismatch.claim': {
    'With `invalid-claims`: the name of the claim, or `typ` for the header.': [
      'core: test/requirements.test.ts > the claim of a wrong audience or kind is named in the result',
    ],
  },
  'Mismatch.expected': {
    'With `invalid-claims`: the expected value.': [
      'core: test/requirements.test.ts > the claim of a wrong audience or kind is named in the result',
    ],
    'With `insufficient-scope`: the missing values.': [
      'core: test/requirements.test.ts > a missing scope value is named in the result',
    ],
  },
  Inactive: {
    'A token that is not accepted, and why.': 'description',
  },
  'Inactive.decidedBy': {
    'The scope of the record that decided, if a record did.': ['scope-not-asked'],
  },
  'Inactive.at': {
    'Since when it is revoked or consumed, in ms since 1970.': [
      'first-revocation-forgotten',
      'core: test/explain-results.test.ts > a refusal has the time and the note of its revocation',
    ],
  },
  'Inactive.note': {
    'What was noted with the revocation.': [
      'first-revocation-forgotten',
      'core: test/explain-results.test.ts > a refusal has the time and the note of its revocation',
    ],
  },
  Active: {
    'A token that is accepted.': 'description',
  },
  'Active.storeChecked': {
    "`false`: the store was unavailable, and the token was accepted without it because of `onUnavailable: 'accept'`.":
      ['fails-open'],
    'It may be revoked.': 'description',
  },
  'Active.claims': {
    'The claims as they were signed.': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
    'Frozen.': [
      'core: test/signature-cache.test.ts > cached claims are shared and frozen, and a revocation is never cached',
    ],
  },
  'Active.expiresAt': {
    'In ms since 1970.': [
      'core: test/login-results.test.ts > times of a login are in ms, and expiresIn is in seconds',
    ],
  },
  'Active.data': {
    'With the option `data`: `null` where there is none, or where it cannot be opened.': [
      'core: test/verify-data.test.ts > verify: data is that of the session, or of the token where there is none',
      'core: test/verify-data.test.ts > a token that is accepted without the store has the data null',
    ],
  },
  'Active.label': {
    'With the option `data`, where there is one.': [
      'core: test/verify-data.test.ts > verify: data is that of the session, or of the token where there is none',
    ],
  },
  VerifyResult: {
    'The result of {@link Tokenward.verify} and {@link Tokenward.consume}: look at `active` first.':
      'description',
  },
  Issued: {
    'An access token, as {@link Tokenward.issue} returns it.': 'description',
  },
  'Issued.jti': {
    'The id of the access token, for `revoke({ jti })`.': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
      'revoke-before-save',
    ],
  },
  'Issued.expiresIn': {
    'The lifetime of the access token in seconds, as `expires_in` (RFC 6749 §5.1).': [
      'core: test/login-results.test.ts > times of a login are in ms, and expiresIn is in seconds',
    ],
  },
  'Issued.expiresAt': {
    'When the access token expires, in ms since 1970.': [
      'core: test/login-results.test.ts > times of a login are in ms, and expiresIn is in seconds',
    ],
  },
  Login: {
    'A session with its current tokens, as {@link Tokenward.issue} and {@link Tokenward.rotate} return it.':
      'description',
  },
  'Login.session': {
    'The id of the session, as in the claim `sid`, for `revoke({ session })`.': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
  },
  'Login.endsAt': {
    'When the session ends, however often it is refreshed, in ms since 1970.': [
      'end-moves',
      'core: test/login-results.test.ts > times of a login are in ms, and expiresIn is in seconds',
    ],
  },
  RotateResult: {
    'The result of {@link Tokenward.rotate}.': 'description',
    '`retried`: the refresh token had been rotated already, within the grace period, and its successor is returned again.':
      ['retry-reported-as-first'],
  },
  Revoked: {
    'The result of {@link Tokenward.revoke}.': 'description',
  },
  'Revoked.target': {
    'The scope that was revoked: for a refresh token this is its `session`.': [
      'core: test/revoking.test.ts > revoke() of the id of a refresh token revokes its session',
      'core: test/login-results.test.ts > revoke() names what it has revoked',
    ],
  },
  'Revoked.at': {
    'Since when it is revoked, in ms since 1970.': [
      'core: test/login-results.test.ts > revoke() names what it has revoked',
    ],
    'Tokens and sessions keep their first revocation, wider scopes their latest.': [
      'first-revocation-forgotten',
      'core: test/cutoff.test.ts > keepsFirst keeps the first revocation; otherwise the latest is stored',
    ],
  },
  'Revoked.first': {
    'Whether this call revoked it; `false`: an earlier or concurrent revocation covers it.': [
      'first-revocation-forgotten',
      'cutoff-race-lost-silently',
      'core: test/cutoff.test.ts > covers this one if it is not older than this call',
    ],
  },
  'Revoked.note': {
    'What was noted with the revocation at `at`.': ['first-revocation-forgotten'],
    'Missing if it is sealed and another call noted it.': [
      'core: test/explain-results.test.ts > the note is missing where it is sealed and cannot be opened',
    ],
  },
  'Revoked.waited': {
    'With a lease: how long it waited for instances that had read before, in ms.': [
      'core: test/lease.test.ts > reports how long it waited',
    ],
    'See `cache`.': 'description',
  },
  'Revoked.count': {
    'With `except`: how many sessions and tokens were revoked.': [
      'core: test/ending-sessions.test.ts > except revokes all other sessions and tokens, once',
    ],
  },
  NotRevoked: {
    'The result of {@link Tokenward.revoke} for a token that could not be accepted anyway.': [
      'core: test/login-results.test.ts > revoke() of a token that cannot be accepted tells why',
    ],
  },
  SaveResult: {
    'The result of {@link Tokenward.save}.': 'description',
    '`expiresAt` is in ms since 1970.': [
      'core: test/login-results.test.ts > save() returns when the token expires, and the token is accepted from then on',
    ],
  },
  Pruned: {
    'The result of {@link Tokenward.prune}.': 'description',
  },
  'Pruned.deleted': {
    'How many records were deleted, or with `dryRun` could be.': [
      'core: test/listing.test.ts > prune() counts with dryRun, and stops at its limit',
    ],
  },
  'Pruned.more': {
    'The limit was reached: call again.': [
      'core: test/listing.test.ts > prune() counts with dryRun, and stops at its limit',
    ],
  },
  Prepared: {
    'The result of {@link prepare}.': 'description',
  },
  'Prepared.statements': {
    'The statements that create the schema and its grants, in the language of the store.': [
      'postgres: test/schema.test.ts > the listed statements, run by hand, make the same schema',
      'sqlite: test/schema.test.ts > the listed statements, run by hand, make the same schema',
    ],
  },
  'Prepared.root': {
    'What was done about the root record, or with `dryRun` would be.': [
      'core: test/corrupt-records.test.ts > prepare() replaces a corrupt root record and reports it',
    ],
    '`raised`: it now allows longer lifetimes.': [
      'core: test/login-results.test.ts > prepare() reports what it has done, and closes the repository',
      'cli: test/migrate-doctor.test.ts > --max-lifetime raises the maximum lifetime of the store and never lowers it',
    ],
    '`leased`: it now allows another lease.': [
      'core: test/lease.test.ts > is changed by prepare, and left alone by an instance without the option',
    ],
    '`made` or `replaced` (it was corrupt): every token that was issued before is revoked.': [
      'root-epoch-fixed',
      'corrupt-root-restores-tokens',
    ],
  },
  'Prepared.findings': {
    'What was found in the settings of the store.': [
      'core: test/login-results.test.ts > prepare() reports what it has done, and closes the repository',
    ],
  },
}
