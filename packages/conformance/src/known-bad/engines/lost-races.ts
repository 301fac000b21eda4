import { engines } from './known-bad-engine.ts'

const consume = 'operations/consume.js'
const rotate = 'operations/rotate.js'

/** Cores that misjudge who won, or send what they must not. */
export const winners: ReturnType<typeof engines> = engines({
  'any-consumption-is-mine': {
    breaks: 'whoever finds the token consumed takes it for its own doing',
    namedCase: 'consume-race',
    because: /one consumption wins/,
    patches: [
      {
        file: consume,
        find: 'return consumed?.id === id ||',
        replace: 'return consumed !== undefined ||',
      },
    ],
  },
  'retry-says-won': {
    breaks: 'who is served within the grace window is told that it rotated',
    namedCase: 'rotate-race',
    because: /one rotation wins/,
    patches: [
      {
        file: rotate,
        find: 'successorClaims), retried: true }',
        replace: 'successorClaims), retried: false }',
      },
    ],
  },
  'loser-by-lost-answer': {
    breaks: 'a consumption whose answer was lost does not look for its own id',
    namedCase: 'win-back',
    because: /./,
    patches: [{ file: consume, find: 'return consumed?.id === id ||', replace: 'return' }],
  },
  'reuse-from-a-repeat': {
    breaks: 'a call whose own write came between takes the client for a thief',
    namedCase: 'win-back',
    because: /./,
    patches: [
      {
        file: rotate,
        find: 'const own = session.body.rotations.find(',
        replace: 'const own = [].find(',
      },
      {
        file: rotate,
        find: "replay.is === 'reuse' && attempt.isFirst",
        replace: "replay.is !== 'retry'",
      },
    ],
  },
  'last-rotation-only': {
    breaks: 'a session remembers its last rotation alone',
    namedCase: 'fast-thief',
    because: /the owner comes back/,
    patches: [
      { file: 'transitions/session.js', find: '[...recent, rotation]', replace: '[rotation]' },
    ],
  },
  'hammers-the-store': {
    breaks: 'a store that refuses is asked again without a pause',
    namedCase: 'unknown-writes',
    because: /./,
    patches: [
      { file: 'store/conditional-write.js', find: 'if (failures > 0)', replace: 'if (false)' },
    ],
  },
  'same-key-twice': {
    breaks: 'two writes of one key meet in one batch, and one takes the place of the other',
    namedCase: 'batch-shape',
    because: /./,
    patches: [
      {
        file: 'store/batcher.js',
        find: 'return this.#coalesce || more.every(([key]) => !items.has(key))',
        replace: 'return true',
      },
    ],
  },
  'keeps-what-was-sent': {
    breaks: 'every batch that was ever sent is kept, and what it carried',
    namedCase: 'soak',
    because: /the heap grew/,
    alone: true,
    patches: [
      {
        file: 'store/batcher.js',
        find: 'batch.send();',
        replace: '{ batch.send(); (this.sent ??= []).push(batch, new Array(2 ** 16).fill(0)); }',
      },
    ],
  },
})
