import { defineEngines } from './known-bad-engine.ts'

const raising = 'revocation/cutoff-update.js'

/** Cores in which one record, one thread or one attacker blocks or outlives the rest. */
export const recovery: ReturnType<typeof defineEngines> = defineEngines({
  'corrupt-spoils-batch': {
    mutation: 'one corrupt record makes a whole batch unavailable',
    caughtBy: 'corrupt-in-batch',
    failureMatches: /The store failed/,
    patches: [
      {
        file: 'store/validate-reply.js',
        find: 'const record = reply[i++];',
        replace:
          "const record = reply[i++]; if (record?.kind === 'corrupt') throw new Error('corrupt');",
      },
    ],
  },
  'corrupt-is-absent': {
    mutation: 'a corrupt record counts as missing, and a corrupt cutoff constrains nothing',
    caughtBy: 'corrupt-in-batch',
    failureMatches: /refused as not-found|accepted/,
    patches: [
      {
        file: 'store/validate-reply.js',
        find: 'const record = reply[i++];',
        replace: "const read = reply[i++]; const record = read?.kind === 'corrupt' ? null : read;",
      },
    ],
  },
  'corrupt-token-stays': {
    mutation: 'a token whose record is corrupt cannot be revoked',
    caughtBy: 'corrupt-in-batch',
    failureMatches: /is stored under the id of a token/,
    patches: [
      {
        file: 'revocation/revoke-token.js',
        find: "record.kind === 'token' || record.kind === 'corrupt'",
        replace: "record.kind === 'token'",
      },
    ],
  },
  'corrupt-root-stays': {
    mutation: 'a corrupt root is never replaced by a revocation',
    caughtBy: 'corrupt-root',
    failureMatches: /root record is corrupt/,
    patches: [
      {
        file: raising,
        find: "if (this.#request.kind !== 'now')",
        replace: "if (this.#request.kind !== 'now' || scope === 'global')",
      },
    ],
  },
  'corrupt-root-restores-tokens': {
    mutation:
      'the root that replaces a corrupt one has no epochs, so that all earlier tokens stay active',
    caughtBy: 'corrupt-root',
    failureMatches: /after prepare\(\).*: accepted/,
    patches: [
      {
        file: 'policy/root-record.js',
        find: ': makeRoot(rootOwner, policy, at)',
        replace:
          ": makeRoot(rootOwner, policy, at, done === 'replaced' ? { epoch: undefined, accessEpoch: undefined } : {})",
      },
    ],
  },
  'prunes-without-pause': {
    mutation: 'a prune blocks the event loop until it is done',
    caughtBy: 'prune-yields',
    failureMatches: /without a turn of the event loop/,
    patches: [
      {
        file: 'operations/prune.js',
        find: 'await pause(Math.min(ms, MAX_PAUSE_MS));',
        replace: '',
      },
    ],
  },
  'prunes-at-once': {
    mutation: 'a prune deletes all past records in one batch',
    caughtBy: 'prune-yields',
    failureMatches: /batches|a batch of/,
    patches: [
      {
        file: 'operations/prune.js',
        find: 'let size = MIN_BATCH_SIZE;',
        replace: 'let size = 1_000_000;',
      },
    ],
  },
  'late-timer-wins': {
    mutation:
      'a deadline that a blocked thread noticed late discards the answers that have arrived',
    caughtBy: 'blocked-event-loop',
    failureMatches: /within the deadline/,
    patches: [
      {
        file: 'store/timeout.js',
        find: 'afterThisTurn(() => cancelled || task())',
        replace: 'cancelled || task()',
      },
    ],
  },
  'revoked-successor-returned': {
    mutation: 'a retry gets its successor even if that was rotated itself',
    caughtBy: 'grace-chain',
    failureMatches: /the slow tab/,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'if (isLast && hasBegun',
        replace: 'if (hasBegun',
      },
    ],
  },
  'no-settled-generation': {
    mutation: 'a rotation that many others follow at once is dropped before it settles',
    caughtBy: 'reuse-after-fast-rotations',
    failureMatches: /the owner comes back/,
    patches: [
      {
        file: 'transitions/session.js',
        find: 'const overflowed = recent.length >= MAX_ROTATIONS ? recent[0] : undefined;',
        replace: 'const overflowed = undefined;',
      },
    ],
  },
  'settles-by-rotations-alone': {
    mutation: 'the rotations of an attacker who stopped are never settled',
    caughtBy: 'reuse-after-fast-rotations',
    failureMatches: /the owner comes back/,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'return later.some(',
        replace: 'return false && later.some(',
      },
    ],
  },
  'unbounded-rotations': {
    mutation: 'a session keeps every rotation of the grace period, however many there are',
    caughtBy: 'reuse-after-fast-rotations',
    failureMatches: /a record of \d+ characters/,
    patches: [
      {
        file: 'transitions/session.js',
        find: '.slice(-MAX_ROTATIONS)',
        replace: '',
      },
    ],
  },
  'unused-login-shown': {
    mutation: 'a login that can no longer be refreshed is shown as active until its end',
    caughtBy: 'prune-changes-no-listing',
    failureMatches: /list shows/,
    patches: [
      { file: 'decision/token-from-record.js', find: 'expiresAt: refreshUntil,', replace: '' },
    ],
  },
})
