import { engines } from './known-bad-engine.ts'

const raising = 'revocation/cutoff-update.js'

/** Cores that let one record, one thread or one thief stop or outlast the rest. */
export const recovering: ReturnType<typeof engines> = engines({
  'corrupt-spoils-batch': {
    breaks: 'one corrupt record makes a whole batch unavailable',
    namedCase: 'corrupt-in-batch',
    because: /The store failed/,
    patches: [
      {
        file: 'store/validate-reply.js',
        find: 'const record = reply[i];',
        replace:
          "const record = reply[i]; if (record?.kind === 'corrupt') throw new Error('corrupt');",
      },
    ],
  },
  'corrupt-is-absent': {
    breaks: 'a corrupt record counts as absent, and a corrupt cutoff constrains nothing',
    namedCase: 'corrupt-in-batch',
    because: /refused as not-found|accepted/,
    patches: [
      {
        file: 'store/validate-reply.js',
        find: 'const record = reply[i];',
        replace: "const record = reply[i]?.kind === 'corrupt' ? null : reply[i];",
      },
    ],
  },
  'corrupt-token-stays': {
    breaks: 'a token whose record is corrupt cannot be revoked',
    namedCase: 'corrupt-in-batch',
    because: /is stored under the id of a token/,
    patches: [
      {
        file: 'revocation/revoke-token.js',
        find: "record.kind === 'token' || record.kind === 'corrupt'",
        replace: "record.kind === 'token'",
      },
    ],
  },
  'corrupt-root-stays': {
    breaks: 'a corrupt root is for ever: no revocation replaces it',
    namedCase: 'corrupt-root',
    because: /root record is corrupt/,
    patches: [
      {
        file: raising,
        find: "if (this.#request.kind !== 'now')",
        replace: "if (this.#request.kind !== 'now' || scope === 'global')",
      },
    ],
  },
  'corrupt-root-revives': {
    breaks: 'the root that replaces a corrupt one has no epochs, so that all from before lives on',
    namedCase: 'corrupt-root',
    because: /after prepare\(\).*: accepted/,
    patches: [
      {
        file: 'policy/root-record.js',
        find: ': makeRoot(rootOwner, policy.maxLifetime, at)',
        replace:
          ": makeRoot(rootOwner, policy.maxLifetime, at, done === 'replaced' ? { epoch: undefined, accessEpoch: undefined } : {})",
      },
    ],
  },
  'prunes-without-pause': {
    breaks: 'a prune lets nothing else through until it is done',
    namedCase: 'prune-lets-go',
    because: /without a turn of the event loop/,
    patches: [{ file: 'operations/prune.js', find: 'await nextTurn();', replace: '' }],
  },
  'prunes-at-once': {
    breaks: 'a prune deletes all that is past in one batch',
    namedCase: 'prune-lets-go',
    because: /batches|a batch of/,
    patches: [
      {
        file: 'operations/prune.js',
        find: 'let size = FIRST_BATCH_SIZE;',
        replace: 'let size = 1_000_000;',
      },
    ],
  },
  'late-timer-wins': {
    breaks: 'a deadline that a busy thread noticed late throws away the answers that have arrived',
    namedCase: 'busy-thread',
    because: /within the deadline/,
    patches: [
      {
        file: 'store/timeout.js',
        find: 'afterThisTurn(() => cancelled || task())',
        replace: 'cancelled || task()',
      },
    ],
  },
  'dead-successor-served': {
    breaks: 'a retry gets its successor also when that was rotated itself',
    namedCase: 'grace-chain',
    because: /the slow tab/,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'if (isLast && hasBegun',
        replace: 'if (hasBegun',
      },
    ],
  },
  'no-way-point': {
    breaks: 'a rotation that many others follow at once is forgotten before it settles',
    namedCase: 'fast-thief',
    because: /the owner comes back/,
    patches: [
      {
        file: 'transitions/session.js',
        find: 'const overflowed = recent.length >= MAX_ROTATIONS ? recent[0] : undefined;',
        replace: 'const overflowed = undefined;',
      },
    ],
  },
  'settles-by-rotations-alone': {
    breaks: 'what a thief who stopped has rotated is never settled',
    namedCase: 'fast-thief',
    because: /the owner comes back/,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'return later.some(',
        replace: 'return false && later.some(',
      },
    ],
  },
  'rotations-without-end': {
    breaks: 'a session keeps every rotation of the window, however many there are',
    namedCase: 'fast-thief',
    because: /a record of \d+ characters/,
    patches: [
      {
        file: 'transitions/session.js',
        find: '.slice(-MAX_ROTATIONS)',
        replace: '',
      },
    ],
  },
  'unused-login-shown': {
    breaks: 'a login that nobody can refresh any more is shown as active until its end',
    namedCase: 'prune-wakes-nothing',
    because: /list shows/,
    patches: [
      { file: 'decision/token-from-record.js', find: 'expiresAt: refreshUntil,', replace: '' },
    ],
  },
})
