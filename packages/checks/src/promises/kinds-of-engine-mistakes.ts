/** Mistakes of one area: each kind in plain words, with the names of its known-bads. */
export interface Area {
  readonly area: string
  readonly kinds: Readonly<Record<string, readonly string[]>>
}

/** Mistakes that core can have, whatever the adapter is. */
export const engineAreas: readonly Area[] = [
  {
    area: 'Engine: time and order',
    kinds: {
      'the time of a revocation is read once, and not again before each send': [
        'revocation-time-read-once',
      ],
      'the clock or the epochs are read in the wrong order': [
        'clock-before-answers',
        'epochs-after-claims',
      ],
      'clocks decide what an epoch should': ['epochs-by-clock', 'before-by-own-issue-time'],
      'a cutoff is kept for too short': [
        'cutoff-kept-too-short',
        'cutoffs-not-extended',
        'cutoffs-stored-too-short',
      ],
      'a cutoff is kept by the lifetimes of one instance, and not by those of the store': [
        'cutoff-kept-by-own-lifetimes',
      ],
      'a revocation is covered by an earlier one whose record is not kept longer': [
        'covered-cutoff-not-kept',
      ],
      'the lifetime of external tokens has no bound': ['external-lifetime-unbounded'],
      'a token outlives its session': ['end-moves'],
      'the end of a token is off by one': ['expiry-one-late', 'before-is-exclusive'],
      'a lease is measured wrongly': [
        'lease-from-the-reply',
        'monotonic-clock-alone',
        'wall-clock-alone',
      ],
    },
  },
  {
    area: 'Engine: identity',
    kinds: {
      'names are joined without their lengths': ['names-concatenated'],
      'a `jti` is found whatever its issuer': ['id-of-any-issuer'],
      'an idempotency key is valid for any token': ['idempotency-key-of-any-token'],
      'any consumption counts as the own one': ['any-consume-mark-accepted'],
      'ids or epochs are a sequence': ['counter-epochs'],
      'a pepper reaches only some of the keys': ['pepper-of-the-root-alone'],
      'a wrong pepper is not noticed': ['pepper-not-checked'],
      'the audience of a refresh token is not checked': ['refresh-audience-ignored'],
      'what is sealed is not bound to its record': [
        'no-authenticated-data',
        'key-not-authenticated',
        'kind-not-authenticated',
        'namespace-not-authenticated',
      ],
    },
  },
  {
    area: 'Engine: answers',
    kinds: {
      '`list` shows something else than `verify`': [
        'revoked-listed-as-active',
        'access-token-listed-as-revoked',
        'derived-cutoff-not-listed',
        'unused-login-shown',
      ],
      '`explain` shows something else than `verify`': ['explain-without-requirements'],
      '`health` shows something else than is so': ['missing-key-not-found'],
      '`jwks` lacks a key that verifies': ['signing-key-published-alone'],
      '`undefined` in options or targets is ignored': ['undefined-is-ignored'],
      'a failure counts as an answer': ['outage-as-null', 'refused-as-null', 'fails-open'],
      'what cannot be decoded counts as missing': ['corrupt-as-null', 'corrupt-is-absent'],
    },
  },
]
