import { defineEngines } from './known-bad-engine.ts'

/** Cores that take one thing for another. */
export const identity: ReturnType<typeof defineEngines> = defineEngines({
  'id-of-any-issuer': {
    mutation: 'a token is found by its id alone, whatever its issuer is',
    caughtBy: 'same-id-of-two-issuers',
    failureMatches: /the same id, the \w+ one revoked: refused/,
    patches: [
      {
        file: 'scopes/keys.js',
        find: "return this.#key('token', issuer, jti);",
        replace: "return this.#key('token', '', jti);",
      },
    ],
  },
  'idempotency-key-of-any-token': {
    mutation: 'an idempotency key that was used repeats the consumption of any token',
    caughtBy: 'idempotency-key-of-one-token',
    failureMatches: /the key of another token/,
    patches: [
      {
        file: 'operations/consume.js',
        find: 'const deadline = context.deadline();',
        replace: `const deadline = context.deadline();
          context.usedKeys ??= new Set();
          const isUsed = context.usedKeys.has(idempotencyKey);
          if (idempotencyKey !== undefined) context.usedKeys.add(idempotencyKey);`,
      },
      {
        file: 'operations/consume.js',
        find: 'if (refusal !== null)',
        replace: "if (refusal !== null && !(isUsed && refusal.reason === 'consumed'))",
      },
    ],
  },
  'pepper-of-the-root-alone': {
    mutation: 'the pepper is checked when an instance starts, and is part of no key',
    caughtBy: 'pepper-in-every-key',
    failureMatches: /the same key with and without a pepper/,
    patches: [
      {
        file: 'scopes/keys.js',
        find: 'return new KeyDeriver(namespace, digest, root, pepperCheck);',
        replace: 'return new KeyDeriver(namespace, plain, root, pepperCheck);',
      },
    ],
  },
  'refresh-audience-ignored': {
    mutation: 'the audience of a refresh token is not checked',
    caughtBy: 'refresh-audience',
    failureMatches: /a refresh token for .*: accepted/,
    patches: [
      { file: 'jwt/requirements.js', find: 'return [policy.issuer];', replace: 'return [];' },
    ],
  },
  'external-lifetime-unbounded': {
    mutation: 'an external token may live for as long as its issuer likes',
    caughtBy: 'external-lifetime',
    failureMatches: /with .*"exp".*: accepted/,
    patches: [{ file: 'decision/decide.js', find: 'if (tooLong)', replace: 'if (false)' }],
  },
})
