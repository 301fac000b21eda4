import { defineEngines } from './known-bad-engine.ts'

const file = 'revocation/cutoff-update.js'

/** Cores whose cutoffs have the wrong time, or are kept for too short. */
export const cutoffRetention: ReturnType<typeof defineEngines> = defineEngines({
  'revocation-time-read-once': {
    mutation: 'the time of a revocation is read once, and not again before it is sent again',
    caughtBy: 'revocation-time-per-send',
    failureMatches: /issued before the send that was stored: accepted/,
    patches: [
      {
        file,
        find: 'const at = policy.clock();\n        const advanced',
        replace: 'const at = this.#request.invokedAt;\n        const advanced',
      },
    ],
  },
  'cutoff-kept-by-own-lifetimes': {
    mutation: 'a cutoff is kept by the lifetimes of the instance, and not by those of the store',
    caughtBy: 'cutoff-outlives-tokens',
    failureMatches: /revoked by an instance of short lifetimes.*: accepted/,
    patches: [
      {
        file,
        find: 'isUsable(root) ? maxLifetimeOf(root.body) : this.#context.policy.maxLifetime',
        replace: 'this.#context.policy.maxLifetime',
      },
    ],
  },
  'covered-cutoff-not-kept': {
    mutation: 'a revocation that an earlier one covers does not keep its record for longer',
    caughtBy: 'covered-cutoff-kept',
    failureMatches: /was pruned with the earlier one/,
    patches: [
      {
        file,
        find: 'if (found === null || found.record.retainUntil >= retainUntil)',
        replace: 'if (true)',
      },
    ],
  },
})
