import { defineEngines } from './known-bad-engine.ts'

const cutoff = 'transitions/cutoff.js'

/** Cores that revoke too little, too late or not permanently. */
export const revocations: ReturnType<typeof defineEngines> = defineEngines({
  'cutoff-overwritten': {
    mutation: 'an older `before` overwrites a newer one',
    caughtBy: 'concurrent-cutoff-update',
    failureMatches: /./,
    patches: [
      {
        file: cutoff,
        find: 'if ((change.before ?? 0) <= (current.notBefore ?? -1))',
        replace: 'if (false)',
      },
    ],
  },
  'pruned-cutoff-counts': {
    mutation:
      'an epoch that was pruned since the read is taken for one that another call has changed',
    caughtBy: 'revoke-during-prune',
    failureMatches: /pruned meanwhile/,
    patches: [
      {
        file: cutoff,
        find: 'return epoch !== undefined && epoch !== seen',
        replace: 'return epoch !== seen',
      },
    ],
  },
  'cutoff-race-lost-silently': {
    mutation: 'a racing `only: access` is taken for a revocation of everything',
    caughtBy: 'concurrent-cutoff-update',
    failureMatches: /./,
    patches: [
      {
        file: cutoff,
        find: "if (change.kind === 'now' && isEpochUnchanged)",
        replace:
          "if (change.kind === 'now' && isEpochUnchanged && current.accessEpoch === seen.accessEpoch)",
      },
    ],
  },
  'first-revocation-forgotten': {
    mutation: 'a second revocation of a token overwrites the time, reason and actor of the first',
    caughtBy: 'double-revoke',
    failureMatches: /./,
    patches: [
      {
        file: 'transitions/token.js',
        find: "if (found.record.state === 'revoked')",
        replace: 'if (false)',
      },
    ],
  },
  'tombstone-replaced': {
    mutation: 'a save replaces a tombstone by an active record',
    caughtBy: 'revoke-before-save',
    failureMatches: /./,
    patches: [
      {
        file: 'operations/save.js',
        find: 'if (!decision.active)',
        replace: "if (!decision.active && decision.decidedBy !== 'token')",
      },
      {
        file: 'operations/save.js',
        find: 'if (decodeToken(seen.get(tokenKey) ?? null) !== null)',
        replace: 'if (false)',
      },
      {
        file: 'operations/save.js',
        find: 'return { write: { record, expected: null }, onStored: () => done };',
        replace: `const existing = seen.get(tokenKey) ?? null;
          return { write: { record, expected: existing?.etag ?? null }, onStored: () => done };`,
      },
    ],
  },
  'late-save-overwrites': {
    mutation: 'a save that lost to a revocation tries again over it',
    caughtBy: 'late-save',
    failureMatches: /./,
    patches: [
      {
        file: 'operations/save.js',
        find: 'const id = randomId();',
        replace: 'const id = randomId(); let tries = 0;',
      },
      {
        file: 'operations/save.js',
        find: 'if (!decision.active)',
        replace: 'if (!decision.active && tries++ === 0)',
      },
      {
        file: 'operations/save.js',
        find: 'if (decodeToken(seen.get(tokenKey) ?? null) !== null)',
        replace: 'if (tries === 0 && decodeToken(seen.get(tokenKey) ?? null) !== null)',
      },
      {
        file: 'operations/save.js',
        find: 'return { write: { record, expected: null }, onStored: () => done };',
        replace: `tries++;
          const existing = seen.get(tokenKey) ?? null;
          return { write: { record, expected: existing?.etag ?? null }, onStored: () => done };`,
      },
    ],
  },
  'revokes-where-it-rotates': {
    mutation:
      'revoking a session also changes the record that rotates: rotations delay it past its deadline',
    caughtBy: 'revoke-starvation',
    failureMatches: /./,
    patches: [
      {
        file: 'operations/revoke.js',
        find: "const key = (await keyDeriver.cutoffKeys(principal)).get(scope) ?? '';",
        replace: `const key = (await keyDeriver.cutoffKeys(principal)).get(scope) ?? '';
          if (scope === 'session') {
            const { updateRecord } = await import('../store/conditional-write.js');
            const own = await keyDeriver.session(principal.issuer, principal.session);
            await updateRecord(context.store, context.deadline(), [own], (seen) => {
              const found = seen.get(own) ?? null;
              if (found === null) return { done: null };
              const record = { ...found, etag: crypto.randomUUID().slice(0, 22) };
              return { write: { record, expected: found.etag }, onStored: () => null };
            });
          }`,
      },
    ],
  },
  'cutoff-kept-too-short': {
    mutation: 'a cutoff may be pruned before the tokens that it revoked have expired',
    caughtBy: 'prune-metamorphic',
    failureMatches: /./,
    patches: [
      {
        file: 'policy/policy.js',
        find: 'return at + maxLifetime + policy.leeway',
        replace: 'return at + policy.leeway',
      },
    ],
  },
  'prunes-ahead': {
    mutation: 'prune deletes records that may be deleted tomorrow',
    caughtBy: 'prune-under-load',
    failureMatches: /./,
    patches: [
      {
        file: 'operations/prune.js',
        find: 'const now = policy.clock();',
        replace: 'const now = policy.clock() + 2_592_000_000;',
      },
    ],
  },
  'tombstone-not-made': {
    mutation: 'a target without a record is reported as revoked, and nothing is stored',
    caughtBy: 'model',
    failureMatches: /./,
    patches: [
      {
        file: 'transitions/token.js',
        find: "return recordOf(fields, 'revoked', { ...fields.body, id: revoked.id, revoked });",
        replace: 'return null;',
      },
    ],
  },
  'access-token-listed-as-revoked': {
    mutation: 'a list takes a token without a login for older than every `before`',
    caughtBy: 'listed-status',
    failureMatches: /./,
    patches: [
      {
        file: 'decision/token-from-record.js',
        find: 'loginAt = issuedAt',
        replace: 'loginAt = null',
      },
    ],
  },
})
