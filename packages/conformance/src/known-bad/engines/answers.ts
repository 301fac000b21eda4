import { defineEngines } from './known-bad-engine.ts'

/** Cores of which one answer contradicts another. */
export const answers: ReturnType<typeof defineEngines> = defineEngines({
  'explain-without-requirements': {
    mutation: '`explain` ignores the audience and the scope that `verify` requires',
    caughtBy: 'explain-agrees',
    failureMatches: /explain and verify differ: (the wrong kind|another audience)/,
    patches: [
      {
        file: 'operations/explain.js',
        find: 'return refusal === null ? explanation :',
        replace: 'return true ? explanation :',
      },
    ],
  },
  'signing-key-published-alone': {
    mutation: '`jwks` has the key that signs, and not the older ones that still verify',
    caughtBy: 'published-keys',
    failureMatches: /the published keys are those that verify/,
    patches: [
      {
        file: 'jwt/own-keys.js',
        find: 'Object.freeze(keys.map((key) => Object.freeze(',
        replace: 'Object.freeze(keys.slice(0, 1).map((key) => Object.freeze(',
      },
    ],
  },
})
