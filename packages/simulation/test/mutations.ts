import { defineEngines } from '@tokenward/conformance/known-bad'

/** Mutations that need a rare order of events, or that no case of the suite catches. */
export const mutations: ReturnType<typeof defineEngines> = defineEngines({
  'acknowledged-before-stored': {
    mutation: 'a revocation is acknowledged while its write is still under way',
    caughtBy: 'simulation',
    failureMatches: /I1/,
    patches: [
      {
        file: 'revocation/cutoff-update.js',
        find: "import { randomId } from '../scopes/random.js';",
        replace: `import { randomId } from '../scopes/random.js';
        import { Deadline } from '../store/deadline.js';
        import { writesOf } from '../store/writes.js';`,
      },
      {
        file: 'revocation/cutoff-update.js',
        find: `return { write: { record, expected: stored?.etag ?? null }, onStored: () => this.#result(body) };`,
        replace: `const { store, policy } = this.#context;
        const write = { record, expected: stored?.etag ?? null };
        writesOf(store).write(write, new Deadline(policy.deadline)).catch(() => undefined);
        return { done: this.#result(body) };`,
      },
    ],
  },
  'successor-from-retry-clock': {
    mutation: 'a retry derives the successor from its own clock, not from the rotation',
    caughtBy: 'simulation',
    failureMatches: /one successor/,
    patches: [
      {
        file: 'issuing/successor.js',
        find: 'expiresAt: rotation.expiresAt,',
        replace: `expiresAt: successor.retried
            ? context.policy.clock() + context.policy.refresh : rotation.expiresAt,`,
      },
    ],
  },
  'retries-refused': {
    mutation: 'the second caller within the grace period is refused',
    caughtBy: 'simulation',
    failureMatches: /grace period/,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'if (isLast && hasBegun && now < rotation.at + rules.grace)',
        replace: 'if (false)',
      },
    ],
  },
  'raw-store-errors': {
    mutation: "the store's own errors reach the caller",
    caughtBy: 'simulation',
    failureMatches: /I6/,
    patches: [
      {
        file: 'store/store.js',
        find: 'const error = isTokenwardError(cause)',
        replace: 'const error = isTokenwardError(cause) || !(cause instanceof Promise)',
      },
    ],
  },
  'generation-settled-too-early': {
    mutation: 'a generation counts as settled as soon as the next one is rotated',
    caughtBy: 'simulation',
    failureMatches: /no false reuse/,
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
  'own-rotation-seen-as-reuse': {
    mutation: 'a call that lost its reply takes its own rotation for reuse',
    caughtBy: 'simulation',
    failureMatches: /reuse|learns/,
    patches: [
      {
        file: 'operations/rotate.js',
        find: 'if (ownRotation && isLast && this.#successorClaims)',
        replace: 'if (false)',
      },
      {
        file: 'operations/rotate.js',
        find: "replay.type === 'reuse' && attempt.isFirst",
        replace: "replay.type === 'reuse'",
      },
    ],
  },
  'consume-retried-with-new-mark': {
    mutation: 'after a lost reply a consume is planned as another call, with another mark',
    caughtBy: 'simulation',
    failureMatches: /learns/,
    patches: [
      {
        file: 'operations/consume.js',
        find: 'const { id, idempotency } = mark;',
        replace: 'const id = randomId(); const { idempotency } = mark;',
      },
    ],
  },
  'pruned-too-early': {
    mutation: 'a record is kept until its token expires, without a margin',
    caughtBy: 'simulation',
    failureMatches: /./,
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
    mutation: 'claims are computed before the epochs are read',
    caughtBy: 'simulation',
    failureMatches: /claims/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'const seen = await store.read([...cutoffKeys.values()], deadline);',
        replace: `const early = await resolveClaims(options.claims);
    const seen = await store.read([...cutoffKeys.values()], deadline);`,
      },
      {
        file: 'operations/issue.js',
        find: 'claims: await resolveClaims(options.claims),',
        replace: 'claims: early,',
      },
    ],
  },
  'every-write-wins': {
    mutation: 'a write that was refused is taken for one that happened',
    caughtBy: 'simulation',
    failureMatches: /./,
    patches: [
      {
        file: 'store/conditional-write.js',
        find: 'stored = await writesOf(store).write(write, deadline);',
        replace: 'stored = (await writesOf(store).write(write, deadline)) || true;',
      },
    ],
  },
  'change-counted-twice': {
    mutation: 'a change of data whose reply was lost does not look for its own id',
    caughtBy: 'simulation',
    failureMatches: /counts once/,
    patches: [
      {
        file: 'operations/update-data.js',
        find: 'if (last && found.body.dataId === this.#id)',
        replace: 'if (false)',
      },
      {
        file: 'operations/update-data.js',
        find: 'if (last && indeterminate &&',
        replace: 'if (false &&',
      },
    ],
  },
})
