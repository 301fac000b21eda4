import { defineEngines } from './known-bad-engine.ts'

const contents = 'sealing/contents.js'
const dataKeys = 'sealing/data-keys.js'

/** Cores that depend on one key, or on the service that wraps it. */
export const sealingKeys: ReturnType<typeof defineEngines> = defineEngines({
  'only-first-key-opens': {
    mutation: 'what an earlier key has sealed does not open',
    caughtBy: 'sealing-keys',
    failureMatches: /keys swapped/,
    patches: [
      {
        file: 'sealing/sealing.js',
        find: 'if (!header || !found)',
        replace: 'if (!header || !found || header.kid !== this.ids[0])',
      },
    ],
  },
  'missing-key-not-found': {
    mutation: 'a key that was removed too early is no finding',
    caughtBy: 'sealing-keys',
    failureMatches: /a removed key is one finding/,
    patches: [
      { file: 'sealing/key-ids.js', find: 'if (missing.length === 0)', replace: 'if (true)' },
    ],
  },
  'rotation-keeps-old-key': {
    mutation: 'a rotation does not seal anew what an earlier key has sealed',
    caughtBy: 'sealing-keys',
    failureMatches: /after a rotation, only with the new key/,
    patches: [
      {
        file: 'sealing/reseal-record.js',
        find: 'return text === null ? session :',
        replace: 'return true ? session :',
      },
    ],
  },
  'kms-for-each-record': {
    mutation: 'each record has a data key of its own, and each needs the KMS',
    caughtBy: 'data-keys',
    failureMatches: /concurrent logins share one call/,
    patches: [
      {
        file: dataKeys,
        find: 'if (this.#current === null || isOld(this.#current))',
        replace: '',
      },
    ],
  },
  'refused-key-is-an-outage': {
    mutation: 'after a record whose key the KMS refuses, notes and names of others are not stored',
    caughtBy: 'data-keys',
    failureMatches: /after a record that does not open/,
    patches: [
      {
        file: dataKeys,
        find: 'if (cause instanceof NoAnswer || cache.isSealing)',
        replace: 'if (true)',
      },
    ],
  },
  'kms-without-deadline': {
    mutation: 'a KMS that does not answer blocks the call',
    caughtBy: 'kms',
    failureMatches: /silent.*took longer than the deadline/,
    patches: [
      {
        file: dataKeys,
        find: 'await this.#pending.call(deadline, () => value)',
        replace: 'await value',
      },
    ],
  },
  'kms-failure-sticks': {
    mutation: 'a KMS that has failed once is not asked again before a restart',
    caughtBy: 'kms',
    failureMatches: /up again: not used again/,
    patches: [{ file: dataKeys, find: 'cache.drop();', replace: '' }],
  },
  'kms-answer-not-checked': {
    mutation: 'data is sealed with a key that the KMS does not unwrap',
    caughtBy: 'kms',
    failureMatches: /issue with (data|a label), KMS other-key/,
    patches: [
      {
        file: dataKeys,
        find: 'if (base64url.encode(unwrapped) !== base64url.encode(bytes))',
        replace: 'if (false)',
      },
    ],
  },
  'kms-stops-logins': {
    mutation: 'without the KMS nothing can be issued, not even without data',
    caughtBy: 'kms',
    failureMatches: /(issue|rotate|revoke|revoke by id), KMS/,
    patches: [
      {
        file: contents,
        find: 'if (isTokenwardError(error) && error.retryable)',
        replace: 'if (false)',
      },
    ],
  },
  'kms-note-in-clear': {
    mutation: 'a note that the KMS cannot seal is stored in clear',
    caughtBy: 'kms',
    failureMatches: /stored in clear/,
    patches: [
      {
        file: contents,
        find: 'return sealed === undefined ? { stored: {}, shown: {} }',
        replace: 'return sealed === undefined ? { stored: note, shown: note }',
      },
    ],
  },
  'sealed-after-the-first-write': {
    mutation: 'the token of a login is stored before the KMS has sealed its session',
    caughtBy: 'kms',
    failureMatches: /a login that failed is stored/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'const records = await Promise.all([',
        replace: `const early = refresh && await accessRecord(context, { ...access, jti: randomId() }, draft, cutoffKeys, {}, deadline);
    if (early) await insertNew(context, early, deadline);
    const records = await Promise.all([`,
      },
    ],
  },
})
