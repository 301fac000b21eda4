import { engines } from './known-bad-engine.ts'

const evidence = 'decision/collect.js'

/** Cores that look at too little, too early or too late before they judge. */
export const evidences: ReturnType<typeof engines> = engines({
  'clock-before-answers': {
    breaks: 'the clock is read before the store answers',
    namedCase: 'paused-verify',
    because: /accepted/,
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
    breaks: 'a consumption that waited past the expiry wins all the same',
    namedCase: 'stalled-consume',
    because: /./,
    patches: [
      {
        file: 'operations/consume.js',
        find: 'if (isExpired(authenticated.facts.expiresAt, policy, policy.clock()))',
        replace: 'if (false)',
      },
    ],
  },
  'joins-a-sent-read': {
    breaks: 'a verification joins a read that is under way already',
    namedCase: 'join-after-send',
    because: /joined/,
    patches: [
      {
        file: 'store/batcher.js',
        find: 'const batch = this.#open.find(',
        replace: `const under = this.#coalesce && items.length > 3
            ? this.sent?.find((batch) => items.every(([key]) => batch.items.has(key)))
            : undefined;
          const batch = under ?? this.#open.find(`,
      },
      {
        file: 'store/batcher.js',
        find: 'batch.send();',
        replace: `{
          this.sent = [...(this.sent ?? []), batch];
          const answered = () => { this.sent = this.sent.filter((each) => each !== batch); };
          batch.answers.then(answered, answered);
          batch.send();
        }`,
      },
    ],
  },
  'answers-taken-on-trust': {
    breaks: 'an answer is not looked at before it is believed',
    namedCase: 'nonsense-answers',
    because: /./,
    patches: [{ file: 'store/validate-reply.js', find: 'record?.key !== key', replace: 'false' }],
  },
  'damage-read-as-absent': {
    breaks: 'bytes that cannot be read are taken for no record',
    namedCase: 'poisoned-bytes',
    because: /./,
    patches: [
      {
        file: 'records/body.js',
        find: "!Array.isArray(body) ? { record, body: parsed.output } : 'corrupt'",
        replace: '!Array.isArray(body) ? { record, body: parsed.output } : null',
      },
      {
        file: 'records/body.js',
        find: "catch {\n        return 'corrupt';",
        replace: 'catch {\n        return null;',
      },
    ],
  },
  'wiped-is-new': {
    breaks: 'a store without a root is taken for one in which nothing was revoked',
    namedCase: 'wiped-store',
    because: /./,
    patches: [
      {
        file: evidence,
        find: "const cause = new NotPrepared('The store has no root record: it is empty, was wiped, or is another one.');",
        replace:
          'return { record: null, body: { format: FORMAT, pepperCheck: keyDeriver.pepperCheck, maxLifetimes: [{ since: 0, ms: 1e12 }] } }; const cause = null;',
      },
    ],
  },
  'pepper-not-checked': {
    breaks: 'a wrong pepper is not refused: it makes a second world in the same store',
    namedCase: 'wrong-world',
    because: /another pepper/,
    patches: [
      {
        file: evidence,
        find: 'if (found.body.pepperCheck !== keyDeriver.pepperCheck)',
        replace: 'if (false)',
      },
    ],
  },
  'fails-open': {
    breaks: 'a store that cannot be asked makes every token good',
    namedCase: 'fail-open-explicit',
    because: /./,
    patches: [
      {
        file: 'operations/verify.js',
        find: 'if (!policy.failOpen ||',
        replace: 'if (',
      },
    ],
  },
  'reads-kept': {
    breaks: 'what was read for a token is kept for its next verification',
    namedCase: 'order-of-reads',
    because: /session|subject|client|issuer|everything/,
    patches: [
      {
        file: 'operations/verify.js',
        find: 'let seen;',
        replace:
          'let seen; context.kept ??= new Map(); const kept = context.kept.get(authenticated.tokenKey);',
      },
      {
        file: 'operations/verify.js',
        find: 'seen = await store.read(keysOf(authenticated), deadline);',
        replace:
          'seen = kept ?? await store.read(keysOf(authenticated), deadline); context.kept.set(authenticated.tokenKey, seen);',
      },
    ],
  },
  'verdict-listed-as-alive': {
    breaks: 'a list shows what is dead as alive',
    namedCase: 'listed-verdicts',
    because: /./,
    patches: [
      { file: 'operations/list.js', find: 'active: decision.active,', replace: 'active: true,' },
    ],
  },
})
