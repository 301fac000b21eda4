import { defineEngines } from './known-bad-engine.ts'

const evidence = 'decision/collect.js'

/** Cores that check too little, too early or too late before they decide. */
export const storeReplies: ReturnType<typeof defineEngines> = defineEngines({
  'clock-before-answers': {
    mutation: 'the clock is read before the store answers',
    caughtBy: 'paused-verify',
    failureMatches: /accepted/,
    patches: [
      {
        file: 'operations/verify.js',
        find: 'let seen;',
        replace:
          'let seen; const began = policy.clock(); context = { ...context, policy: { ...policy, clock: () => began } };',
      },
    ],
  },
  'consumes-past-expiry': {
    mutation: 'a consumption that waited past the expiry still wins',
    caughtBy: 'stalled-consume',
    failureMatches: /./,
    patches: [
      {
        file: 'operations/consume.js',
        find: 'if (isExpired(authenticated.facts.expiresAt, policy, policy.clock()))',
        replace: 'if (false)',
      },
    ],
  },
  'joins-a-sent-read': {
    mutation: 'a verification joins a pending read',
    caughtBy: 'join-after-send',
    failureMatches: /joined/,
    patches: [
      {
        file: 'store/batcher.js',
        find: 'const batch = this.#open.find(',
        replace: `const under = this.#options.coalesce && keys.length > 3
            ? this.sent?.find(({ items }) => keys.every((key) => items.has(key)))
            : undefined;
          const batch = under ?? this.#open.find(`,
      },
      {
        file: 'store/batcher.js',
        find: 'return this.#options.send(items, signal, reply);',
        replace: `this.sent = [...(this.sent ?? []), { items, reply }];
        return this.#options.send(items, signal, reply).finally(() => {
          this.sent = this.sent.filter((each) => each.items !== items);
        });`,
      },
    ],
  },
  'replies-not-validated': {
    mutation: 'an answer is not validated before it is used',
    caughtBy: 'invalid-replies',
    failureMatches: /./,
    patches: [{ file: 'store/validate-reply.js', find: 'record?.key !== key', replace: 'false' }],
  },
  'corrupt-read-as-missing': {
    mutation: 'bytes that cannot be read are taken for a missing record',
    caughtBy: 'unreadable-bytes',
    failureMatches: /./,
    patches: [
      {
        file: 'records/body.js',
        find: "if (body === null)\n            return 'corrupt';",
        replace: 'if (body === null) return null;',
      },
    ],
  },
  'body-remembered-by-key': {
    mutation: 'a record that was decoded once is not decoded again after it has changed',
    caughtBy: 'order-of-reads',
    failureMatches: /session|subject|client|issuer|everything/,
    patches: [
      {
        file: 'records/body.js',
        find: 'decoded.get(record.body)',
        replace: 'decoded.get(record.key)',
      },
      {
        file: 'records/body.js',
        find: 'decoded.set(record.body, body)',
        replace: 'decoded.set(record.key, body)',
      },
    ],
  },
  'wiped-store-accepted': {
    mutation: 'a store without a root is taken for one without revocations',
    caughtBy: 'wiped-store',
    failureMatches: /./,
    patches: [
      {
        file: evidence,
        find: "const cause = new NotPrepared('The store has no root record: it is empty, or was never prepared.');",
        replace:
          'return { record: null, body: { format: FORMAT, pepperCheck: keyDeriver.pepperCheck, maxLifetimes: [{ since: 0, ms: 1e12 }] } }; const cause = null;',
      },
    ],
  },
  'pepper-not-checked': {
    mutation: 'a wrong pepper is not refused: it creates a second set of records in the same store',
    caughtBy: 'wrong-namespace-or-pepper',
    failureMatches: /another pepper/,
    patches: [
      {
        file: evidence,
        find: 'if (found.body.pepperCheck !== keyDeriver.pepperCheck)',
        replace: 'if (false)',
      },
    ],
  },
  'fails-open': {
    mutation: 'every token is accepted when the store fails',
    caughtBy: 'fail-open-explicit',
    failureMatches: /./,
    patches: [
      {
        file: 'operations/verify.js',
        find: 'if (!policy.failOpen ||',
        replace: 'if (',
      },
    ],
  },
  'reads-kept': {
    mutation: 'records that were read for a token are kept for its next verification',
    caughtBy: 'order-of-reads',
    failureMatches: /session|subject|client|issuer|everything/,
    patches: [
      {
        file: 'operations/verify.js',
        find: 'let seen;',
        replace:
          'let seen; context.kept ??= new Map(); const kept = context.kept.get(authenticated.tokenKey);',
      },
      {
        file: 'operations/verify.js',
        find: 'seen = await store.read(data ? data.keys : authenticated.recordKeys, deadline);',
        replace:
          'seen = kept ?? await store.read(data ? data.keys : authenticated.recordKeys, deadline); context.kept.set(authenticated.tokenKey, seen);',
      },
    ],
  },
  'revoked-listed-as-active': {
    mutation: 'a list shows revoked tokens as active',
    caughtBy: 'listed-status',
    failureMatches: /./,
    patches: [
      {
        file: 'inspection/decided-records.js',
        find: 'return { active: false, reason, ',
        replace: 'return { active: true, ',
      },
    ],
  },
})
