import { engines } from '@tokenward/conformance/known-bad'

/** Breaks that need a rare order of events, or that no case of the suite is named for. */
export const breaks: ReturnType<typeof engines> = engines({
  'acknowledged-before-stored': {
    breaks: 'a revocation is acknowledged while its write is still under way',
    namedCase: 'simulation',
    because: /I1/,
    patches: [
      {
        file: 'revocation/cutoff-update.js',
        find: "import { randomId } from '../../conformance/test/scopes/random.js';",
        replace: `import { randomId } from '../../conformance/test/scopes/random.js';
        import { Deadline } from '../../conformance/test/store/deadline.js';`,
      },
      {
        file: 'revocation/cutoff-update.js',
        find: `return { write: { record, expected: stored?.etag ?? null }, onStored: () => this.#answer(body) };`,
        replace: `const { store, policy } = this.#context;
        const write = { record, expected: stored?.etag ?? null };
        store.write(write, new Deadline(policy.deadline)).catch(() => undefined);
        return { done: this.#answer(body) };`,
      },
    ],
  },
  'successor-of-its-own-time': {
    breaks: 'a retry derives the successor from its own clock, not from the rotation',
    namedCase: 'simulation',
    because: /one successor/,
    patches: [
      {
        file: 'issuing/successor.js',
        find: 'expiresAt: rotation.expiresAt }',
        replace: `expiresAt: successor.retried
            ? context.policy.clock() + context.policy.refresh : rotation.expiresAt }`,
      },
    ],
  },
  'retries-refused': {
    breaks: 'whoever comes second within the grace window is refused',
    namedCase: 'simulation',
    because: /grace window/,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'if (isLast && opened && now < own.at + rules.grace)',
        replace: 'if (false)',
      },
    ],
  },
  'errors-in-the-raw': {
    breaks: "the store's own errors reach the caller",
    namedCase: 'simulation',
    because: /I6/,
    patches: [
      {
        file: 'store/store.js',
        find: 'const error = known',
        replace: 'const error = known || !(cause instanceof Promise)',
      },
    ],
  },
  'settled-at-once': {
    breaks: 'a generation counts as settled as soon as the next one is rotated',
    namedCase: 'simulation',
    because: /no false reuse/,
    patches: [
      {
        file: 'transitions/session.js',
        find: 'settled: Math.max(settled,',
        replace: 'settled: Math.max(rotation.generation - 1,',
      },
      {
        file: 'transitions/session.js',
        find: '[...recent, rotation].slice(-MAX_ROTATIONS)',
        replace: '[rotation]',
      },
    ],
  },
  'reuse-of-its-own': {
    breaks: 'a call that lost its answer takes its own rotation for that of a thief',
    namedCase: 'simulation',
    because: /reuse|learns/,
    patches: [
      {
        file: 'operations/rotate.js',
        find: 'if (own && isLast && this.#successorClaims)',
        replace: 'if (false)',
      },
      {
        file: 'operations/rotate.js',
        find: "replay.is === 'reuse' && attempt.isFirst",
        replace: "replay.is === 'reuse'",
      },
    ],
  },
  'repeats-itself-anew': {
    breaks: 'after a lost answer a consume is planned as another call, with another mark',
    namedCase: 'simulation',
    because: /learns/,
    patches: [
      {
        file: 'operations/consume.js',
        find: 'const { id, idempotency } = mark;',
        replace: 'const id = randomId(); const { idempotency } = mark;',
      },
    ],
  },
  'pruned-a-moment-early': {
    breaks: 'a record is kept until its token expires, and no margin longer',
    namedCase: 'simulation',
    because: /./,
    patches: [
      {
        file: 'policy/policy.js',
        find: 'return at + maxLifetime + policy.leeway + policy.skew + CLOCK_MARGIN_MS',
        replace: 'return at + maxLifetime',
      },
      {
        file: 'policy/policy.js',
        find: 'return Math.ceil(expiresAt) + policy.leeway + policy.skew + CLOCK_MARGIN_MS',
        replace: 'return Math.ceil(expiresAt) - policy.skew',
      },
    ],
  },
  'claims-before-epochs': {
    breaks: 'claims are computed before the epochs are read',
    namedCase: 'simulation',
    because: /claims/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'const seen = await store.read(cutoffKeys.values(), deadline);',
        replace: `const early = await resolveClaims(options.claims);
    const seen = await store.read(cutoffKeys.values(), deadline);`,
      },
      {
        file: 'operations/issue.js',
        find: 'claims: await resolveClaims(options.claims),',
        replace: 'claims: early,',
      },
    ],
  },
  'everybody-wins': {
    breaks: 'a write that was refused is taken for one that happened',
    namedCase: 'simulation',
    because: /./,
    patches: [
      {
        file: 'store/conditional-write.js',
        find: 'stored = await store.write(write, deadline);',
        replace: 'stored = (await store.write(write, deadline)) || true;',
      },
    ],
  },
})
