import { defineEngines } from './known-bad-engine.ts'

const cutoff = 'transitions/cutoff.js'
const rotate = 'operations/rotate.js'
const successor = 'issuing/successor.js'

const FRESH_READ = `
  const { readCutoffs, requireRoot } = await import('../decision/collect.js');
  const fresh = await context.store.read([...token.cutoffKeys.values()], deadline);
  const cutoffs = readCutoffs(fresh, token.cutoffKeys, requireRoot(context, fresh));
  successor = { ...successor, successorClaims: { ...successor.successorClaims, cutoffs } };
`

const SIGNED_AGAIN = `
  const { signerOf } = await import('./token-drafts.js');
  ({ accessFields, access, accessToken, refreshToken } =
    await signSuccessor(context, token, successor, await signerOf(context, deadline), deadline));
`

/** Cores that sign a token with the wrong epochs, times or claims. */
export const epochs: ReturnType<typeof defineEngines> = defineEngines({
  'rotation-takes-new-epochs': {
    mutation: 'a successor has the epochs of its issue, not of its login',
    caughtBy: 'rotation-during-revoke',
    failureMatches: /accepted|rotates/,
    patches: [
      {
        file: successor,
        find: 'const stored = await accessRecord(',
        replace: `${FRESH_READ}${SIGNED_AGAIN} const stored = await accessRecord(`,
      },
      {
        file: successor,
        find: 'epochs: privateClaim?.epochs ?? {},\n            accessEpochs,',
        replace:
          'epochs: currentEpochs(successorClaims.cutoffs).epochs,\n            accessEpochs,',
      },
      {
        file: successor,
        find: 'epochs: privateClaim?.epochs ?? {},\n        accessEpochs: privateClaim?.accessEpochs ?? {},',
        replace: '...currentEpochs(successorClaims.cutoffs),',
      },
    ],
  },
  'session-cutoff-not-asked': {
    mutation: 'the cutoff of the session is not read',
    caughtBy: 'revoke-vs-rotate',
    failureMatches: /accepted|rotates/,
    patches: [
      {
        file: 'decision/decide.js',
        find: 'const info = revokedByCutoff(scope, found.body, token, rules);',
        replace:
          "const info = scope === 'session' ? null : revokedByCutoff(scope, found.body, token, rules);",
      },
    ],
  },
  'epochs-after-claims': {
    mutation:
      'issue reads the epochs after it has stored, so that an overlapping revocation is missed',
    caughtBy: 'overlapping-issue',
    failureMatches: /active/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'const issued = issuedResult(accessToken, draft);',
        replace: `const late = await store.read([...cutoffKeys.values()], deadline);
          Object.assign(access.privateClaim, currentEpochs(readCutoffs(late, cutoffKeys, requireRoot(context, late))));
          const issued = issuedResult(await signer.sign(draftAccess(signer, access), deadline), draft);`,
      },
    ],
  },
  'counter-epochs': {
    mutation: 'an epoch is a counter: a pruned one starts again',
    caughtBy: 'epochs-never-reused',
    failureMatches: /accepted/,
    patches: [
      {
        file: cutoff,
        find: 'Object.assign(next, { epoch: change.epoch, revoked });',
        replace:
          "Object.assign(next, { epoch: 'epoch '.concat(1 + Number(current.epoch?.slice(6) ?? 0)), revoked });",
      },
    ],
  },
  'end-moves': {
    mutation: 'every rotation extends the end of the login',
    caughtBy: 'rotation-chain',
    failureMatches: /./,
    patches: [
      {
        file: rotate,
        find: 'return { rotation, endsAt, retried: false,',
        replace:
          'return { rotation, endsAt: rotation.at + this.#context.policy.session, retried: false,',
      },
    ],
  },
  'stale-claims-carried': {
    mutation: 'claims that were given at login are carried after the privileges changed',
    caughtBy: 'access-only',
    failureMatches: /./,
    patches: [{ file: rotate, find: 'if (isCarried && isStale)', replace: 'if (false)' }],
  },
  'stale-claims-carried-after-prune': {
    mutation: 'stale claims are kept, and carried again when the cutoff was pruned',
    caughtBy: 'stale-claims-after-prune',
    failureMatches: /'active' !== 'stale-claims'|\+ 'active'/,
    patches: [
      {
        file: rotate,
        find: 'const mustBeSupplied = isSupplied && isStale && inherited !== undefined;',
        replace: 'const mustBeSupplied = false;',
      },
    ],
  },
  'root-epoch-fixed': {
    mutation: 'every new root has the same epoch, so that a lost root reactivates all tokens',
    caughtBy: 'root-recreated',
    failureMatches: /./,
    patches: [
      {
        file: 'transitions/root.js',
        find: 'epoch: randomId(),\n        accessEpoch',
        replace: "epoch: 'first',\n        accessEpoch",
      },
    ],
  },
})
