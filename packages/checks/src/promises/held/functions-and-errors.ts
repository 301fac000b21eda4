import type { HeldInFile } from '../held-by.ts'

/** What the entry point of core exports from other files than those of `types/`, by file. */
export const functionsAndErrors: Readonly<Record<string, HeldInFile>> = {
  'decision/types.ts': {
    Reason: {
      'Why a token is not accepted.': 'description',
      'Log it, but respond to clients with the same 401 for all of them, except for `insufficient-scope` (RFC 6750 §3.1).':
        'description',
      '`malformed`: not a compact JWS (RFC 7515 §3.1), or longer than 16,384 characters': [
        'issuer-made-a-string',
        'core: test/compact.test.ts > %s is malformed',
      ],
      '`untrusted`: unknown issuer or key, forbidden header, or an algorithm that does not fit the key':
        [
          'core: test/compact.test.ts > a validly signed token of an unknown issuer is untrusted',
          'core: test/compact.test.ts > alg none without a signature is untrusted',
        ],
      '`signature`: the signature is wrong': [
        'signature-not-minded',
        'core: test/compact.test.ts > a changed payload has a wrong signature',
      ],
      '`invalid-claims`: wrong `typ`, audience, client, dates or lifetime, or a claim of the wrong type; `claim` names it':
        [
          'core: test/compact.test.ts > validly signed claims of a wrong type are refused',
          'core: test/requirements.test.ts > the claim of a wrong audience or kind is named in the result',
        ],
      '`insufficient-scope`: a required scope value is missing; `expected` names it': [
        'core: test/requirements.test.ts > a missing scope value is named in the result',
      ],
      '`expired`: past `exp` and leeway': ['expiry-one-late'],
      '`revoked`: revoked; `decidedBy` names the scope': ['scope-not-asked'],
      '`reused`: a refresh token that was presented again too late; its session is revoked': [
        'last-rotation-only',
        'core: test/rotation.test.ts > reuse is found after grace + skew if the thief stops',
      ],
      '`consumed`: used by `consume`, or exchanged by `rotate`': [
        'any-consume-mark-accepted',
        'core: test/events.test.ts > each call emits its event with the documented data',
      ],
      '`stale-claims`: privileges may have changed since the claims were computed: pass a function as the `claims` of `rotate`; the refresh token stays valid':
        ['stale-claims-carried'],
      '`not-found`: a required record is missing': [
        'wiped-store-accepted',
        'store-goes-back-unseen',
      ],
      '`corrupt`: a record cannot be decoded': ['corrupt-ignored', 'corrupt-is-absent'],
    },
  },
  'errors.ts': {
    ErrorCode: {
      'The codes of all errors that Tokenward throws.': 'description',
      'They are stable.': 'description',
    },
    TokenwardError: {
      'The base class of all errors that Tokenward throws.': 'description',
      'The message tells what is wrong and what to do, and never contains a secret.': [
        'payload-in-clear',
        'findings-withheld',
      ],
      'Recognize errors by `code`, with {@link isTokenwardError}.': 'description',
    },
    'TokenwardError.url': {
      'Where the code is documented: what it means, and what to do.': [
        'core: test/errors.test.ts > an error has the address of its code, which Node prints: %s',
      ],
    },
    'TokenwardError.retryable': {
      'Whether the same call may succeed later, unchanged.': [
        'core: test/errors.test.ts > an error tells whether the call may be repeated: %s',
      ],
    },
    StoreUnavailable: {
      'The store failed or did not answer within the deadline, so no token was accepted.': [
        'fails-open',
        'refused-as-null',
      ],
      'Retry later, or respond with HTTP 503.': 'description',
    },
    WriteIndeterminate: {
      'A write may or may not have happened: the reply was lost or late.': [
        'repeats-until-answered',
        'sent-writes-are-closed',
        'hammers-the-store',
      ],
      'Repeat the call: a revocation, an `issue`, a `consume` with the same `idempotencyKey`, a `rotate` within the grace period.':
        ['lost-reply-counts-as-loss', 'repeats-until-answered', 'first-revocation-forgotten'],
      'After `updateData` read the data first.': 'description',
    },
    KeysUnavailable: {
      'The keys of an issuer cannot be fetched, or none of them can verify, so signatures could not be checked; or a key management service did not sign, wrap or unwrap.':
        [
          'core: test/remote-keys.test.ts > the keys are unavailable if the fetch of the application',
          'core: test/sealing/kms.test.ts > a KMS that %s: data is refused within the deadline, and nothing is stored',
        ],
      'Retry later, or respond with HTTP 503.': 'description',
    },
    PolicyRefused: {
      'The store, with its current settings, cannot guarantee your policy, or it was prepared for other options.':
        ['any-policy-accepted', 'pepper-not-checked'],
      '`findings` name each cause and its fix.': ['findings-withheld'],
    },
    'PolicyRefused.findings': {
      'Each cause, with its evidence and its fix.': ['findings-withheld'],
    },
    UnsupportedOperation: {
      'The store has no such capability, or this configuration does not allow the call.': [
        'evicting-listed',
        'core: test/reseal.test.ts > reseal needs a store that can list, and its options are checked',
      ],
    },
    NotPrepared: {
      'The schema or the root record is missing, or is of another version: run {@link prepare}.': [
        'wiped-store-accepted',
        'postgres: test/schema.test.ts > migrate on a newer version, which it leaves unchanged',
      ],
    },
    InvalidInput: {
      'An argument is wrong; `path` names the property.': [
        'undefined-is-ignored',
        'core: test/input.test.ts > %s is refused: %j',
      ],
      'Nothing was sent to the store.': [
        'undefined-is-ignored',
        'core: test/input.test.ts > %s is refused: %j',
      ],
    },
    'InvalidInput.path': {
      'The property, as in `lifetimes.access`.': [
        'core: test/input.test.ts > a target must name one thing, of a known issuer',
      ],
      'Empty for the argument itself.': [
        'core: test/input.test.ts > a target must name one thing, of a known issuer',
      ],
    },
    AdapterFault: {
      'An adapter broke its contract, and its reply was refused.': ['replies-not-validated'],
      "Report it to the adapter's authors.": 'description',
    },
    Closed: {
      'The instance was closed before or during the call.': [
        'works-after-close',
        'sent-writes-are-closed',
      ],
      'Create another one.': 'description',
    },
    isTokenwardError: {
      "Whether an error is Tokenward's and, where you give a `code`, has that code.": [
        'core: test/errors.test.ts > isTokenwardError() recognizes the errors of another copy by their codes',
      ],
      'Use it instead of `instanceof`: it also recognizes the errors of a second installed copy.': [
        'core: test/errors.test.ts > isTokenwardError() recognizes the errors of another copy by their codes',
      ],
    },
  },
  'input/duration.ts': {
    Duration: {
      'An amount of time with its unit: `ms`, `s`, `m` (minutes), `h` or `d` (days).': [
        'core: test/input.test.ts > %s is refused: %j',
      ],
    },
  },
  'input/trust.ts': {
    trust: {
      'Describes an external issuer, such as an identity provider, whose access tokens you accept and can revoke.':
        ['external-skew-forgotten', 'core: test/providers.test.ts > its tokens are revoked by %s'],
      'Its keys are discovered (RFC 8414), unless you pass `jwks` or `legacyHs256Secret`.': [
        'core: test/remote-keys.test.ts > a new instance fetches the keys of its issuers',
        'core: test/trust-options.test.ts > is trusted with given keys, and its tokens can be revoked',
      ],
      '@param issuerName exactly what the tokens carry as `iss`; an https URL if the keys are discovered':
        ['core: test/trust-options.test.ts > is refused without keys'],
      '@throws `TOKENWARD_INVALID_INPUT`': ['core: test/trust-options.test.ts > needs 32 bytes'],
    },
  },
  'jwt/generate-keys.ts': {
    generateKeys: {
      'Generates a key pair, as a list of one private JWK, for development and tests.': [
        'core: test/defaults.test.ts > generateKeys() makes a private key of the given algorithm',
      ],
      'In production, create the keys once (`tokenward keygen`) and load them from your secret store: tokens that were signed with other keys are refused.':
        'description',
      '@param alg an asymmetric JWS algorithm (RFC 7518 §3.1, RFC 9864)': [
        'core: test/defaults.test.ts > generateKeys() makes a private key of the given algorithm',
      ],
    },
  },
  'operations/prepare.ts': {
    prepare: {
      'Prepares the store for these options: creates the schema and the root record if they are missing, and allows longer lifetimes.':
        [
          'core: test/login-results.test.ts > prepare() reports what it has done, and closes the repository',
        ],
      'Opens the repository and closes it again.': [
        'core: test/login-results.test.ts > prepare() reports what it has done, and closes the repository',
      ],
      'Run it at each deployment, with an account that may change the schema; `tokenward migrate` does the same.':
        'description',
      '@throws `TOKENWARD_INVALID_INPUT`: an option is wrong': [
        'core: test/login-results.test.ts > prepare() rejects with the code of each cause',
      ],
      '@throws `TOKENWARD_POLICY_REFUSED`: the store cannot guarantee the policy, or the pepper is wrong':
        [
          'any-policy-accepted',
          'pepper-not-checked',
          'core: test/login-results.test.ts > prepare() rejects with the code of each cause',
        ],
      '@throws `TOKENWARD_NOT_PREPARED`: the store was prepared by another version of Tokenward': [
        'core: test/corrupt-records.test.ts > a root record of another format is not treated as corrupt',
      ],
      '@throws `TOKENWARD_STORE_UNAVAILABLE`, `TOKENWARD_WRITE_INDETERMINATE`: the store failed; try again':
        ['core: test/login-results.test.ts > prepare() rejects with the code of each cause'],
      '@throws `TOKENWARD_ADAPTER_FAULT`: the adapter broke its contract': [
        'core: test/login-results.test.ts > prepare() rejects with the code of each cause',
      ],
    },
  },
  'scopes/scopes.ts': {
    RevocationScope: {
      'What one call can revoke, from the widest to the narrowest.': 'description',
      '(The claim `scope` of OAuth is something else.)': 'description',
    },
  },
  'sealing/generate-key.ts': {
    generateSealingKey: {
      'Generates a key for the option `sealing`, for development and tests.': [
        'core: test/login-results.test.ts > a generated sealing key seals, and another one does not open',
      ],
      'In production, create it once (`tokenward keygen --sealing`) and load it from your secret store: what was sealed with a lost key cannot be opened any more.':
        'description',
    },
  },
  'tokenward.ts': {
    createTokenward: {
      'Creates an instance: opens the repository, reads the settings of the store, and refuses a policy that the store cannot guarantee.':
        ['no-findings', 'any-policy-accepted'],
      'Create one per process and share it.': 'description',
      '@throws `TOKENWARD_INVALID_INPUT`: an option is wrong; `path` names it': [
        'core: test/input.test.ts > %s is refused: %j',
      ],
      '@throws `TOKENWARD_KEYS_UNAVAILABLE`: the function `keys` failed': [
        'core: test/changing-keys.test.ts > keeps an instance from being created',
      ],
      '@throws `TOKENWARD_POLICY_REFUSED`: the store cannot guarantee the policy, the pepper is wrong, or the lifetimes are longer than prepared':
        [
          'any-policy-accepted',
          'pepper-not-checked',
          'core: test/lease.test.ts > is the longest that an instance may have',
          'core: test/login-results.test.ts > prepare() reports what it has done, and closes the repository',
        ],
      '@throws `TOKENWARD_NOT_PREPARED`: run {@link prepare} once with these options': [
        'wiped-store-accepted',
      ],
      '@throws `TOKENWARD_STORE_UNAVAILABLE`: the store did not answer within 30 s, or failed': [
        'core: test/closing.test.ts > createTokenward() may take longer than the deadline of a call',
        'refused-as-null',
      ],
      '@throws `TOKENWARD_ADAPTER_FAULT`: the adapter broke its contract': [
        'replies-not-validated',
        'core: test/login-results.test.ts > prepare() rejects with the code of each cause',
      ],
    },
  },
}
