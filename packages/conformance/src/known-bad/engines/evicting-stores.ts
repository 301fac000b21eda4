import { defineEngines } from './known-bad-engine.ts'

const laying = 'revocation/ensure-cutoffs.js'

/** Cores that take an evicting store for a durable one. */
export const evictingEngines: ReturnType<typeof defineEngines> = defineEngines({
  'absent-cutoff-accepted': {
    mutation: 'a cutoff that is gone constrains nothing, as on a durable store',
    caughtBy: 'insert-after-eviction',
    failureMatches: /evicted, access token: accepted/,
    patches: [
      {
        file: 'decision/decide.js',
        find: 'if (rules.missingMeansRefused) {',
        replace: 'if (false) {',
      },
    ],
  },
  'absent-cutoff-accepted-under-pressure': {
    mutation: 'the same, where the store chooses what it evicts',
    caughtBy: 'evict-pressure',
    failureMatches: /accepted/,
    patches: [
      {
        file: 'decision/decide.js',
        find: 'if (rules.missingMeansRefused) {',
        replace: 'if (false) {',
      },
    ],
  },
  'signed-before-the-cutoffs': {
    mutation: 'a token is signed while the cutoffs that it is issued under are still pending',
    caughtBy: 'insert-after-eviction',
    failureMatches: /before its cutoff was acknowledged/,
    patches: [
      {
        file: laying,
        find: 'return {\n        write: {',
        replace: `writesOf(context.store).write({ record, expected: found?.record.etag ?? null }, new Deadline(1000))
        .catch(() => undefined);
    return { done: { record, body } };
    return {\n        write: {`,
      },
      {
        file: laying,
        find: 'import { updateRecord }',
        replace:
          "import { Deadline } from '../store/deadline.js';\nimport { writesOf } from '../store/writes.js';\nimport { updateRecord }",
      },
    ],
  },
  'signed-before-its-records': {
    mutation: 'a token is signed while its records are still pending',
    caughtBy: 'insert-after-eviction',
    failureMatches: /before its (session|token) was acknowledged/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'each && insertNew(context, each, deadline)',
        replace: 'void (each && insertNew(context, each, deadline).catch(() => undefined))',
      },
    ],
  },
  'signed-as-on-a-durable-store': {
    mutation: 'a token is signed before its records are stored, as on a durable store',
    caughtBy: 'insert-after-eviction',
    failureMatches: /signed before its (session|token) was acknowledged/,
    patches: [
      { file: 'issuing/insert.js', find: 'policy.missingMeansRefused)', replace: 'false)' },
    ],
  },
  'insert-sent-again': {
    mutation: 'an insert whose reply was lost is sent again',
    caughtBy: 'insert-after-eviction',
    failureMatches: /is sent again/,
    patches: [
      {
        file: 'issuing/insert.js',
        find: 'singleInsert: policy.missingMeansRefused',
        replace: 'singleInsert: false',
      },
    ],
  },
  'same-cutoff-sent-again': {
    mutation: 'a login that lost a reply creates its cutoff again, with the same epochs',
    caughtBy: 'insert-after-eviction',
    failureMatches: /that issue sent before/,
    patches: [{ file: laying, find: 'resendIdentical: false', replace: 'resendIdentical: true' }],
  },
  'same-cutoff-update-sent-again': {
    mutation: 'a revocation that lost a reply sends its cutoff again, with the same epochs',
    caughtBy: 'insert-after-eviction',
    failureMatches: /that revoke sent before/,
    patches: [
      {
        file: 'revocation/revoke-scope.js',
        find: 'resendIdentical: false',
        replace: 'resendIdentical: true',
      },
    ],
  },
  'one-epoch-for-all-attempts': {
    mutation: 'the epoch of a revocation is the same at every attempt',
    caughtBy: 'insert-after-eviction',
    failureMatches: /that revoke sent before/,
    patches: [
      {
        file: 'revocation/cutoff-update.js',
        find: '?? current, { ...this.#request, epoch: randomId() }',
        replace: '?? current, { ...this.#request, epoch: this.#request.id }',
      },
    ],
  },
  'one-miss-is-enough': {
    mutation: 'a revocation that finds no record trusts that, and stores nothing',
    caughtBy: 'revoke-needs-ack',
    failureMatches: /accepted/,
    patches: [
      {
        file: 'revocation/cutoff-update.js',
        find: 'const current = found?.body ?? {};',
        replace:
          'if (found === null) return { done: this.#result({}) }; const current = found.body;',
      },
    ],
  },
  'missing-token-is-enough': {
    mutation: 'a revocation that finds no record of a token stores no tombstone',
    caughtBy: 'revoke-needs-ack',
    failureMatches: /accepted/,
    patches: [
      {
        file: 'revocation/revoke-token.js',
        find: 'const at = policy.clock();',
        replace:
          'const at = policy.clock(); if (record === null) return { done: revokedToken({ at }, true) };',
      },
    ],
  },
  'tombstone-for-a-refresh-token': {
    mutation: 'the id of a refresh token is revoked by a tombstone, which can be evicted',
    caughtBy: 'evict-anywhere',
    failureMatches: /id of a refresh token.*accepted/,
    patches: [
      {
        file: 'operations/revoke.js',
        find: 'issuer === policy.issuer ? sessionOf(jti) : null',
        replace: 'null',
      },
    ],
  },
  'extension-changes-epochs': {
    mutation: 'a cutoff that is extended gets other epochs: earlier logins are refused',
    caughtBy: 'cutoff-extended-at-issue',
    failureMatches: /refused/,
    patches: [{ file: laying, find: 'fillEpochs(found?.body ?? {})', replace: 'fillEpochs({})' }],
  },
  'cutoffs-not-extended': {
    mutation: 'a login is issued under cutoffs that end before it',
    caughtBy: 'cutoff-extended-at-issue',
    failureMatches: /extended|refused/,
    patches: [{ file: laying, find: '&& found.record.retainUntil >= until', replace: '' }],
  },
  'cutoffs-stored-too-short': {
    mutation: 'cutoffs are stored for a day, and extended by a day',
    caughtBy: 'cutoff-extended-at-issue',
    failureMatches: /left alone|refused/,
    patches: [{ file: laying, find: 'Math.max(until, retainUntil)', replace: 'at + 86_400_000' }],
  },
  'root-never-recreated': {
    mutation: 'a store that has lost its root is unusable until it is prepared',
    caughtBy: 'restart-lossy',
    failureMatches: /no root record/,
    patches: [
      {
        file: 'decision/collect.js',
        find: 'if (policy.missingMeansRefused)',
        replace: 'if (false)',
      },
    ],
  },
  'evicting-time-kept': {
    mutation: 'a store that was evicting counts as durable once its settings say so',
    caughtBy: 'durability-changed',
    failureMatches: /was evicting.*accepted/,
    patches: [
      {
        file: 'transitions/root.js',
        find: 'return maxLifetimeOf(root) >= FOREVER',
        replace: 'return false',
      },
      {
        file: 'policy/startup-check.js',
        find: 'return wasEvicting(body) === policy.missingMeansRefused',
        replace:
          "const forgot = maxLifetimeOf(body) > 8e15; return policy.missingMeansRefused ? forgot : !forgot || policy.mode === 'allowlist'",
      },
    ],
  },
})
