import { engines } from './known-bad-engine.ts'

const laying = 'revocation/ensure-cutoffs.js'

/** Cores that take a store which forgets for one that does not. */
export const forgettings: ReturnType<typeof engines> = engines({
  'absent-cutoff-accepted': {
    breaks: 'a cutoff that is gone constrains nothing, as on a durable store',
    namedCase: 'late-insert',
    because: /forgotten, access token: accepted/,
    patches: [
      {
        file: 'decision/decide.js',
        find: 'if (rules.missingMeansRefused) {',
        replace: 'if (false) {',
      },
    ],
  },
  'absent-cutoff-accepted-under-pressure': {
    breaks: 'the same, where the store throws out what it likes',
    namedCase: 'evict-pressure',
    because: /accepted/,
    patches: [
      {
        file: 'decision/decide.js',
        find: 'if (rules.missingMeansRefused) {',
        replace: 'if (false) {',
      },
    ],
  },
  'signed-before-the-cutoffs': {
    breaks: 'a token is signed while the cutoffs that it is born under are still under way',
    namedCase: 'late-insert',
    because: /before its cutoff was acknowledged/,
    patches: [
      {
        file: laying,
        find: 'return {\n        write: {',
        replace: `context.store.write({ record, expected: found?.record.etag ?? null }, new Deadline(1000))
        .catch(() => undefined);
    return { done: { record, body } };
    return {\n        write: {`,
      },
      {
        file: laying,
        find: 'import { updateRecord }',
        replace: "import { Deadline } from '../store/deadline.js';\nimport { updateRecord }",
      },
    ],
  },
  'signed-before-its-records': {
    breaks: 'a token is signed while its records are still under way',
    namedCase: 'late-insert',
    because: /before its (session|token) was acknowledged/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'storeAccess(context, access, draft, cutoffKeys, deadline),\n    ]);',
        replace:
          'storeAccess(context, access, draft, cutoffKeys, deadline),\n    ].map((stored) => void stored?.catch(() => undefined)));',
      },
    ],
  },
  'insert-sent-again': {
    breaks: 'an insert whose answer was lost is sent again',
    namedCase: 'late-insert',
    because: /is sent again/,
    patches: [
      {
        file: 'issuing/insert.js',
        find: 'singleInsert: policy.missingMeansRefused',
        replace: 'singleInsert: false',
      },
    ],
  },
  'same-cutoff-sent-again': {
    breaks: 'a login that lost an answer lays its cutoff down again, with the same epochs',
    namedCase: 'late-insert',
    because: /that issue sent before/,
    patches: [{ file: laying, find: 'resendIdentical: false', replace: 'resendIdentical: true' }],
  },
  'same-raise-sent-again': {
    breaks: 'a revocation that lost an answer sends its cutoff again, with the same epochs',
    namedCase: 'late-insert',
    because: /that revoke sent before/,
    patches: [
      {
        file: 'revocation/revoke-scope.js',
        find: 'resendIdentical: false',
        replace: 'resendIdentical: true',
      },
    ],
  },
  'one-epoch-for-all-attempts': {
    breaks: 'the epoch of a revocation is the same at every attempt',
    namedCase: 'late-insert',
    because: /that revoke sent before/,
    patches: [
      {
        file: 'revocation/cutoff-update.js',
        find: '?? current, { ...this.#request, epoch: randomId() }',
        replace: '?? current, { ...this.#request, epoch: this.#request.id }',
      },
    ],
  },
  'miss-is-enough': {
    breaks: 'a revocation that finds nothing takes that for an answer, and stores nothing',
    namedCase: 'revoke-is-heard',
    because: /accepted/,
    patches: [
      {
        file: 'revocation/cutoff-update.js',
        find: 'const current = found?.body ?? {};',
        replace:
          'if (found === null) return { done: this.#answer({}) }; const current = found.body;',
      },
    ],
  },
  'missing-token-is-enough': {
    breaks: 'a revocation that finds no record of a token stores no tombstone',
    namedCase: 'revoke-is-heard',
    because: /accepted/,
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
    breaks: 'the id of a refresh token is revoked by a tombstone, which can be forgotten',
    namedCase: 'evict-anywhere',
    because: /id of a refresh token.*accepted/,
    patches: [
      {
        file: 'operations/revoke.js',
        find: 'issuer === policy.issuer ? sessionOf(jti) : null',
        replace: 'null',
      },
    ],
  },
  'extension-changes-epochs': {
    breaks: 'a cutoff that is made to last gets other epochs: earlier logins die',
    namedCase: 'cutoff-outlived',
    because: /refused/,
    patches: [{ file: laying, find: 'fillEpochs(found?.body ?? {})', replace: 'fillEpochs({})' }],
  },
  'cutoffs-not-extended': {
    breaks: 'a login is born under cutoffs that end before it',
    namedCase: 'cutoff-outlived',
    because: /made to last|refused/,
    patches: [{ file: laying, find: '&& found.record.retainUntil >= until', replace: '' }],
  },
  'cutoffs-stored-too-short': {
    breaks: 'cutoffs are stored for a day, and made to last a day longer',
    namedCase: 'cutoff-outlived',
    because: /left alone|refused/,
    patches: [{ file: laying, find: 'Math.max(until, kept)', replace: 'at + 86_400_000' }],
  },
  'root-lost-for-ever': {
    breaks: 'a store that has lost its root serves nobody until somebody prepares it',
    namedCase: 'restart-lossy',
    because: /no root record/,
    patches: [
      {
        file: 'decision/collect.js',
        find: 'if (policy.missingMeansRefused)',
        replace: 'if (false)',
      },
    ],
  },
  'evicting-time-kept': {
    breaks: 'a store that could forget counts as durable once its settings say so',
    namedCase: 'retention-changed',
    because: /could forget.*accepted/,
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
