import type { HeldInFile } from '../held-by.ts'

export const options: HeldInFile = {
  SigningKeys: {
    'The key pairs of an issuer, as JWKs (RFC 7517) with `alg` and `kid`.': [
      'core: test/input.test.ts > keys of a wrong type, of a wrong size or without an id are refused',
    ],
    'The first one signs, all of them verify.': [
      'core: test/changing-keys.test.ts > are announced, sign and retire without a restart',
    ],
    'To rotate keys, add the new key last; put it first when every process has it; remove the old one when `health()` or `tokenward doctor` reports that it may be removed.':
      [
        'core: test/changing-keys.test.ts > are announced, sign and retire without a restart',
        'cli: test/doctor-signing-keys.test.ts > [...keys, older]',
      ],
  },
  Lifetimes: {
    'How long the tokens of this issuer are valid.': 'description',
  },
  'Lifetimes.access': {
    'The lifetime of an access token.': 'description',
    '`issue({ lifetime })` can make it shorter, never longer.': [
      'core: test/input.test.ts > %s is refused: %j',
    ],
    "@default '15m'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'Lifetimes.refresh': {
    'The lifetime of one refresh token.': 'description',
    'Each rotation starts it anew.': [
      'core: test/login-results.test.ts > each rotation starts the lifetime of the refresh token anew, up to the end of the session',
    ],
    "@default '30d'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'Lifetimes.session': {
    'The lifetime of a session, however often its refresh token is rotated.': ['end-moves'],
    "@default '90d'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  TokenwardOptions: {
    'The options of {@link createTokenward} and {@link prepare}.': 'description',
  },
  'TokenwardOptions.issuer': {
    'The issuer of your tokens, as in the claim `iss` (RFC 7519 §4.1.1): an https URL without query and fragment.':
      ['core: test/input.test.ts > %s is refused: %j'],
    'A loopback host may use http.': [
      'core: test/defaults.test.ts > a loopback host of an issuer may use http',
    ],
  },
  'TokenwardOptions.repository': {
    'The store, as made by an adapter: `memory()`, `postgres(url)`, ….': 'description',
  },
  'TokenwardOptions.keys': {
    'Private JWKs to sign and verify.': [
      'core: test/input.test.ts > keys of a wrong type, of a wrong size or without an id are refused',
    ],
    'A key pair of the Web Crypto API or a service that signs takes the place of a JWK, and a function returns a list that changes without a restart.':
      [
        'core: test/signing-services.test.ts > signs by a service',
        'core: test/changing-keys.test.ts > are announced, sign and retire without a restart',
      ],
    'To verify only: public JWKs, or the URL of a JWK set.': [
      'core: test/changing-keys.test.ts > are public keys in a process that only verifies',
      'core: test/remote-keys.test.ts > an instance that verifies by a URL uses the last keys while the URL is down',
    ],
  },
  'TokenwardOptions.audience': {
    'The audience of your access tokens, as in the claim `aud` (RFC 7519 §4.1.3).': [
      'core: test/requirements.test.ts > the claim of a wrong audience or kind is named in the result',
    ],
    '`verify` accepts a token that names one of these.': [
      'core: test/requirements.test.ts > the claim of a wrong audience or kind is named in the result',
    ],
    '@default the issuer': [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.policy': {
    '`allowlist`: every token is stored, and a token without a record is refused.': [
      'store-goes-back-unseen',
      'wiped-store-accepted',
    ],
    '`denylist`: only revocations are stored, and a token without a record is accepted.': [
      'core: test/login-results.test.ts > under denylist a token without a record is accepted, and only its revocation is stored',
    ],
    "@default 'allowlist'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.lifetimes': {
    'How long tokens and sessions are valid.': 'description',
  },
  'TokenwardOptions.grace': {
    'The grace period: for how long after a rotation the old refresh token still gets the same successor, because the first response may have been lost.':
      ['grace-too-long', 'revoked-successor-returned', 'grace-reopens'],
    'After it the token is refused, and once `skew` has also passed, it counts as reused: its session is revoked (RFC 9700 §4.14).':
      [
        'grace-too-long',
        'last-rotation-only',
        'core: test/rotation.test.ts > reuse is found after grace + skew if the thief stops',
      ],
    'From `0s` to `1h`.': [
      'core: test/requirements.test.ts > %s out of range is refused with its path',
    ],
    "@default '10s'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.leeway': {
    'How long after `exp`, and before `nbf`, a token is still accepted, because clocks differ.': [
      'expiry-one-late',
      'core: test/decide.test.ts > leeway extends exp and nbf to the millisecond',
    ],
    'It never delays a revocation.': [
      'expiry-one-late',
      'core: test/decide.test.ts > leeway does not delay a revocation',
    ],
    'From `0s` to `60s`.': [
      'core: test/requirements.test.ts > %s out of range is refused with its path',
    ],
    "@default '0s'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.batch': {
    'Which calls to the store share a round trip.': [
      "core: test/batch-option.test.ts > with batch: 'operation' each operation has its own round trips",
    ],
    '`turn`: all of one turn of the event loop, so that 64 verifications cost little more than one.':
      ['core: test/batch-option.test.ts > by default the calls of one turn share a round trip'],
    '`operation`: only those of one operation, for hosts on which a request must not wait for what another request has asked for, such as Cloudflare Workers.':
      [
        "core: test/batch-option.test.ts > with batch: 'operation' each operation has its own round trips",
      ],
    "@default 'turn'": [
      'core: test/batch-option.test.ts > by default the calls of one turn share a round trip',
    ],
  },
  'TokenwardOptions.skew': {
    'By how much the clocks of issuers and of your servers may differ.': [
      'external-skew-forgotten',
    ],
    'From `0s` to `15m`.': [
      'core: test/requirements.test.ts > %s out of range is refused with its path',
    ],
    "@default '5s'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.deadline': {
    'How long one call may wait for the store and for key sets, in all.': [
      'never-times-out',
      'kms-without-deadline',
      'core: test/shared-deadline.test.ts > %s: fetching keys and the store share one deadline',
    ],
    'After it the call rejects with `TOKENWARD_STORE_UNAVAILABLE`, `TOKENWARD_WRITE_INDETERMINATE` or `TOKENWARD_KEYS_UNAVAILABLE`.':
      ['never-times-out', 'hammers-the-store'],
    'From `1ms` to `5m`.': [
      'core: test/requirements.test.ts > %s out of range is refused with its path',
    ],
    "@default '1s'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.pepper': {
    'A secret of 32 bytes or more.': ['core: test/input.test.ts > %s is refused: %j'],
    'With it, all keys in the store are made by HMAC-SHA-256, and a reader of the store cannot test guesses at user names.':
      ['core: test/keys.test.ts > the Web Crypto API makes the same digests as Node.js, %s'],
    'A store must be used with the pepper that it was prepared with.': ['pepper-not-checked'],
    '@default none: keys are made by SHA-256': [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.sealing': {
    'The keys that encrypt what belongs to a token in the store: your `data` and `label`, the names of subject, client and session, and the notes of revocations (JWE, RFC 7516).':
      ['data-in-clear', 'names-in-the-header', 'notes-in-clear'],
    'The first one seals, all of them open.': [
      'only-first-key-opens',
      'core: test/reseal.test.ts > a rotation moves its session to the current key',
    ],
    'Without keys an instance verifies, issues, rotates and revokes just the same, but cannot store or read `data`.':
      [
        'throws-without-keys',
        'core: test/sealing/options.test.ts > without the option, data and label are refused with the fix, and everything else works',
      ],
    '@default none: nothing is sealed, and notes are stored in plain text': [
      'core: test/erase.test.ts > erase needs no keys, and also empties notes in plain text',
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.maxDataBytes': {
    'The largest `data` of a token, in bytes of JSON, from 1 to what the store can hold.': [
      'data-size-not-checked',
      'data-size-in-code-units',
      'core: test/sealing/options.test.ts > maxDataBytes above what the store holds is refused',
    ],
    '@default 16384': [
      'core: test/defaults.test.ts > the largest data has 16,384 bytes, unless the option is given',
    ],
  },
  'TokenwardOptions.onUnavailable': {
    'What `verify` does while the store is unavailable.': 'description',
    '`refuse`: it rejects with `TOKENWARD_STORE_UNAVAILABLE`.': ['fails-open'],
    '`accept`: it accepts a token by its signature and claims alone, sets `storeChecked: false` in the result, and emits `failedOpen`.':
      ['fails-open'],
    'A revoked token is then accepted.': ['fails-open'],
    'No other method ever accepts without the store.': ['fails-open'],
    "@default 'refuse'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.trust': {
    'External issuers whose access tokens you accept and can revoke.': [
      'external-skew-forgotten',
      'core: test/providers.test.ts > a token as documented is accepted',
    ],
    'Make each one by {@link trust}.': 'description',
  },
  'TokenwardOptions.keySetMaxAge': {
    'For how long the last key set that was fetched from a URL, or that the function `keys` returned, is used while no newer one can be obtained, from `10m` to `30d`.':
      [
        'core: test/remote-keys.test.ts > is used for keySetMaxAge while its endpoint is down',
        'core: test/changing-keys.test.ts > leaves the last keys in use for a day',
      ],
    'A key that is withdrawn meanwhile stays accepted for as long.': [
      'core: test/remote-keys.test.ts > is used for keySetMaxAge while its endpoint is down',
      'core: test/changing-keys.test.ts > leaves the last keys in use for a day',
    ],
    'While its source answers, a key set is obtained again every 5 to 10 minutes.': [
      'core: test/remote-keys.test.ts > is fetched again before it is used once it is 10 minutes old',
      'core: test/remote-keys.test.ts > is refreshed in the background, before a call would have to wait',
    ],
    "@default '24h'": [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.fetch': {
    'Fetches key sets and the metadata of issuers in place of the global `fetch`: for a proxy, a private certificate authority, or tests.':
      ['core: test/remote-keys.test.ts > uses no cache and follows no redirect'],
    'Calls end at their deadline even if it never settles.': [
      'core: test/remote-keys.test.ts > never settles',
    ],
    '@default globalThis.fetch': 'description',
  },
  'TokenwardOptions.signatureCache': {
    'How many verified signatures are cached in memory, so that a token that comes again is not checked by its public key again: those of at least so many tokens that came last, and of at most twice as many.':
      [
        'core: test/signature-cache.test.ts > the entries that were used last are kept, and at most twice as many',
      ],
    'Revocations are never cached.': [
      'reads-kept',
      'core: test/signature-cache.test.ts > cached claims are shared and frozen, and a revocation is never cached',
    ],
    '`0` turns the cache off.': [
      'core: test/signature-cache.test.ts > a cache of size 0 stores nothing',
    ],
    '@default 1000': [
      'core: test/defaults.test.ts > options that are left out have their documented defaults',
    ],
  },
  'TokenwardOptions.cache': {
    'Lets `verify` answer from memory.': 'description',
    'See {@link CacheOptions}.': 'description',
    '@default none: every verification asks the store': ['reads-kept'],
  },
  'TokenwardOptions.clock': {
    'The time, in ms since 1970.': ['clock-unchecked', 'seconds-are-a-time'],
    'Give your own in tests.': 'description',
    '@default Date.now': [
      'core: test/clock.test.ts > Date.now is looked up at each call, because a test may replace Date',
    ],
  },
  CacheOptions: {
    'For how long `verify` uses again what it has read.': 'description',
  },
  'CacheOptions.lease': {
    'The records about an access token are used again by verifications that begin less than this after the read of them was sent.':
      [
        'lease-from-the-reply',
        'acceptance-without-end',
        'monotonic-clock-alone',
        'wall-clock-alone',
      ],
    'Revocations keep their promise: `revoke`, `consume`, `erase` and the end of a session whose refresh token was reused resolve only after the lease has passed, on every instance.':
      [
        'revoke-waits-for-no-lease',
        'only-caching-instances-wait',
        'consume-waits-for-no-lease',
        'core: test/lease.test.ts > of a reused refresh token resolves after the lease',
      ],
    'From `0s` to `10s`.': ['core: test/lease.test.ts > %o is refused'],
    'A lease that is longer than the store was prepared for is refused: run `prepare`.': [
      'core: test/lease.test.ts > is the longest that an instance may have',
    ],
    'It is used 15 minutes later, when no call that knows the earlier one is under way.': [
      'raised-lease-at-once',
      'core: test/leases.test.ts > a raised lease is used later than revocations wait for it',
    ],
  },
  TrustOptions: {
    'The options of {@link trust}: what the tokens of an external issuer look like.': 'description',
  },
  'TrustOptions.audience': {
    'The audiences that you accept: one of these must be in `aud`, or in the `audienceClaim`.': [
      'core: test/providers.test.ts > a token with a wrong %s is refused',
      'core: test/trust-options.test.ts > replaces aud, as for Amazon Cognito',
    ],
  },
  'TrustOptions.audienceClaim': {
    'The claim that names the audience, for issuers that set no `aud` in access tokens.': [
      'core: test/trust-options.test.ts > replaces aud, as for Amazon Cognito',
    ],
    'For Amazon Cognito it is `client_id`.': [
      'core: test/trust-options.test.ts > replaces aud, as for Amazon Cognito',
    ],
    "@default 'aud' (RFC 7519 §4.1.3)": [
      'core: test/defaults.test.ts > the tokens of an external issuer are read by their documented claims',
    ],
  },
  'TrustOptions.maxLifetime': {
    'The longest lifetime (`exp - iat`) that you accept.': [
      'core: test/decide.test.ts > the longest lifetime of the issuer is checked too',
    ],
    'Revocations are kept for as long.': ['cutoff-kept-too-short'],
  },
  'TrustOptions.jwks': {
    'The public keys of the issuer, or the URL of its JWK set.': [
      'core: test/trust-options.test.ts > is trusted with given keys, and its tokens can be revoked',
    ],
    "@default discovery by the issuer's metadata (RFC 8414, OpenID Connect Discovery)": [
      'core: test/remote-keys.test.ts > a new instance fetches the keys of its issuers',
    ],
  },
  'TrustOptions.legacyHs256Secret': {
    'The secret of a legacy issuer whose tokens are signed with HS256 (RFC 7518 §3.2), 32 bytes or more; it only verifies.':
      [
        'core: test/trust-options.test.ts > verifies and saves tokens that are signed with HS256',
        'core: test/trust-options.test.ts > needs 32 bytes',
      ],
    'Every party that can verify such a token can also forge one: use it only until the issuer has public keys.':
      'description',
    'It excludes `jwks` and `algorithms`, because an issuer has one kind of key (RFC 8725 §2.1).': [
      'core: test/trust-options.test.ts > HS256 is refused for issuers with asymmetric keys',
    ],
  },
  'TrustOptions.algorithms': {
    'The asymmetric JWS algorithms that you accept (RFC 7518 §3.1).': [
      'core: test/trust-options.test.ts > is needed for the algorithm HS256',
    ],
    '@default ES256, ES384, ES512, PS256, PS384, PS512, RS256, RS384, RS512, EdDSA and Ed25519': [
      'core: test/defaults.test.ts > the tokens of an external issuer are read by their documented claims',
    ],
  },
  'TrustOptions.typ': {
    'The header `typ` that tokens must have (RFC 9068 §2.1).': [
      'core: test/providers.test.ts > a token with a wrong %s is refused',
    ],
    '`null` accepts any.': [
      'core: test/defaults.test.ts > the claim names of an external issuer can be given',
    ],
    "@default 'at+jwt'": [
      'core: test/defaults.test.ts > the tokens of an external issuer are read by their documented claims',
    ],
  },
  'TrustOptions.jti': {
    'The claim that identifies a token.': [
      'core: test/defaults.test.ts > the claim names of an external issuer can be given',
    ],
    "@default 'jti' (RFC 7519 §4.1.7)": [
      'core: test/defaults.test.ts > the tokens of an external issuer are read by their documented claims',
    ],
  },
  'TrustOptions.client': {
    'The claim that names the client.': [
      'core: test/defaults.test.ts > the claim names of an external issuer can be given',
    ],
    "@default 'client_id' (RFC 9068 §2.2)": [
      'core: test/defaults.test.ts > the tokens of an external issuer are read by their documented claims',
    ],
  },
  'TrustOptions.session': {
    'The claim that names the session.': [
      'core: test/defaults.test.ts > the claim names of an external issuer can be given',
    ],
    "@default 'sid' (OpenID Connect Back-Channel Logout 1.0 §2.4)": [
      'core: test/defaults.test.ts > the tokens of an external issuer are read by their documented claims',
    ],
  },
  'TrustOptions.scope': {
    'The claim with the values of `scope`: a string in which spaces separate them, or a list of strings.':
      ['core: test/defaults.test.ts > the claim names of an external issuer can be given'],
    "@default 'scope' (RFC 9068 §2.2.3)": [
      'core: test/defaults.test.ts > the tokens of an external issuer are read by their documented claims',
    ],
  },
  'TrustOptions.requiredClaims': {
    'Claims that tokens must have: a string is the exact value, `true` accepts any value.': [
      'core: test/providers.test.ts > a token with a wrong %s is refused',
      'core: test/providers.test.ts > add required claims',
    ],
    'It tells access tokens from ID tokens and others that the issuer signs with the same keys (RFC 8725 §3.12).':
      [
        'core: test/providers.test.ts > a token with a wrong %s is refused',
        'core: test/providers.test.ts > add required claims',
      ],
    '@default none': [
      'core: test/defaults.test.ts > the tokens of an external issuer are read by their documented claims',
    ],
  },
  TrustedIssuer: {
    'An external issuer, as {@link trust} makes it.': 'description',
  },
  'TrustedIssuer.issuer': {
    'Exactly what the tokens carry as `iss`.': [
      'core: test/remote-keys.test.ts > a wrong trailing slash of an issuer is reported with the right name',
    ],
  },
}
