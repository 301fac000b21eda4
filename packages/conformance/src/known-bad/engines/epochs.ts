import { engines } from './known-bad-engine.ts'

const cutoff = 'transitions/cutoff.js'
const rotate = 'operations/rotate.js'
const successor = 'issuing/successor.js'

const FRESH_READ = `
  const { readCutoffs, requireRoot } = await import('../decision/collect.js');
  const fresh = await context.store.read(token.cutoffKeys.values(), deadline);
  const cutoffs = readCutoffs(fresh, token.cutoffKeys, requireRoot(context, fresh));
  successor = { ...successor, successorClaims: { ...successor.successorClaims, cutoffs } };
`

/** Cores that sign a token under the wrong epochs, times or claims. */
export const births: ReturnType<typeof engines> = engines({
  'laundering-rotation': {
    breaks: 'a successor is born under the epochs of its own issue, not of its login',
    namedCase: 'laundering',
    because: /accepted|rotates/,
    patches: [
      {
        file: successor,
        find: 'const { fields, access, refresh } = draftSuccessor(context, token, successor);',
        replace: `${FRESH_READ} const { fields, access, refresh } = draftSuccessor(context, token, successor);`,
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
    breaks: 'the cutoff of the session is not asked',
    namedCase: 'revoke-vs-rotate',
    because: /accepted|rotates/,
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
    breaks:
      'issue reads the epochs after it has stored, so that an overlapping revocation is missed',
    namedCase: 'overlapping-issue',
    because: /lives/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'const accessToken = await signer.sign(draft.typ, draft.payload);',
        replace: `const late = await store.read(cutoffKeys.values(), deadline);
          Object.assign(access.privateClaim, currentEpochs(readCutoffs(late, cutoffKeys, requireRoot(context, late))));
          const accessToken = await signer.sign(draft.typ, draftAccess(signer, access).payload);`,
      },
    ],
  },
  'counter-epochs': {
    breaks: 'an epoch is a counter: one that was pruned counts from the start again',
    namedCase: 'epoch-reuse',
    because: /accepted/,
    patches: [
      {
        file: cutoff,
        find: 'Object.assign(next, { epoch: request.epoch, revoked });',
        replace:
          "Object.assign(next, { epoch: 'epoch '.concat(1 + Number(current.epoch?.slice(6) ?? 0)), revoked });",
      },
    ],
  },
  'end-moves': {
    breaks: 'every rotation puts the end of the login off',
    namedCase: 'rotation-chain',
    because: /./,
    patches: [
      {
        file: rotate,
        find: 'return { rotation, endsAt, retried: false,',
        replace:
          'return { rotation, endsAt: rotation.at + this.#context.policy.session, retried: false,',
      },
    ],
  },
  'stale-claims-ride': {
    breaks: 'claims that were given at login ride on after the privileges changed',
    namedCase: 'access-only',
    because: /./,
    patches: [{ file: rotate, find: 'if (isCarried && isStale)', replace: 'if (false)' }],
  },
  'lapsed-claims-ride-again': {
    breaks: 'claims that went stale are kept, and ride again when the cutoff was pruned',
    namedCase: 'lapsed-claims',
    because: /'active' !== 'stale-claims'|\+ 'active'/,
    patches: [
      {
        file: rotate,
        find: 'const mustBeSupplied = isSupplied && isStale && inherited !== undefined;',
        replace: 'const mustBeSupplied = false;',
      },
    ],
  },
  'root-epoch-fixed': {
    breaks: 'every new root has the same epoch, so that a root that was lost brings all back',
    namedCase: 'root-remade',
    because: /./,
    patches: [
      {
        file: 'transitions/root.js',
        find: 'epoch: randomId(),\n        accessEpoch',
        replace: "epoch: 'first',\n        accessEpoch",
      },
    ],
  },
})
