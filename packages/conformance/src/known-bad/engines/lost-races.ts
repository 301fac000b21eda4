import { defineEngines } from './known-bad-engine.ts'

const consume = 'operations/consume.js'
const rotate = 'operations/rotate.js'

/** Cores that misjudge which call won, or send the wrong writes. */
export const lostRaces: ReturnType<typeof defineEngines> = defineEngines({
  'any-consume-mark-accepted': {
    mutation: 'a call that finds the token consumed takes it for its own consumption',
    caughtBy: 'consume-race',
    failureMatches: /one consumption wins/,
    patches: [
      {
        file: consume,
        find: 'return consumed?.id === id ||',
        replace: 'return consumed !== undefined ||',
      },
    ],
  },
  'retry-reported-as-first': {
    mutation:
      'a call that gets the successor within the grace period is reported as the one that rotated',
    caughtBy: 'rotate-race',
    failureMatches: /one rotation wins/,
    patches: [
      {
        file: rotate,
        find: 'successorClaims), retried: true }',
        replace: 'successorClaims), retried: false }',
      },
    ],
  },
  'lost-reply-counts-as-loss': {
    mutation: 'a consumption whose reply was lost does not look for its own id',
    caughtBy: 'recognize-own-write',
    failureMatches: /./,
    patches: [{ file: consume, find: 'return consumed?.id === id ||', replace: 'return' }],
  },
  'reuse-from-a-repeat': {
    mutation: 'a call whose own write came between reports reuse',
    caughtBy: 'recognize-own-write',
    failureMatches: /./,
    patches: [
      {
        file: rotate,
        find: 'const ownRotation = session.body.rotations.find(',
        replace: 'const ownRotation = [].find(',
      },
      {
        file: rotate,
        find: "replay.type === 'reuse' && attempt.isFirst",
        replace: "replay.type !== 'retry'",
      },
    ],
  },
  'last-rotation-only': {
    mutation: 'a session keeps only its last rotation',
    caughtBy: 'reuse-after-fast-rotations',
    failureMatches: /the owner comes back/,
    patches: [
      { file: 'transitions/session.js', find: '[...recent, rotation]', replace: '[rotation]' },
    ],
  },
  'hammers-the-store': {
    mutation: 'a failing store is asked again without a pause',
    caughtBy: 'indeterminate-writes',
    failureMatches: /./,
    patches: [
      { file: 'store/conditional-write.js', find: 'if (failures > 0)', replace: 'if (false)' },
    ],
  },
  'same-key-twice': {
    mutation: 'two writes of one key meet in one batch, and one replaces the other',
    caughtBy: 'batch-shape',
    failureMatches: /./,
    patches: [
      {
        file: 'store/batcher.js',
        find: '(coalesce || added === keys.length)',
        replace: 'true',
      },
    ],
  },
  'keeps-what-was-sent': {
    mutation: 'every batch that was ever sent is kept, with its contents',
    caughtBy: 'soak',
    failureMatches: /the heap grew/,
    alone: true,
    patches: [
      {
        file: 'store/batcher.js',
        find: 'return this.#options.send(items, signal, reply);',
        replace: `(this.sent ??= []).push(items, new Array(2 ** 16).fill(0));
          return this.#options.send(items, signal, reply);`,
      },
    ],
  },
})
