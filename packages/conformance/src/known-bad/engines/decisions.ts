import { defineEngines } from './known-bad-engine.ts'

const file = 'decision/decide.js'

/** Cores that decide wrongly about a token. */
export const decisions: ReturnType<typeof defineEngines> = defineEngines({
  'cutoffs-ignored': {
    mutation: 'no scope is read: a revocation changes no result',
    caughtBy: 'revoke-then-verify',
    failureMatches: /accepted/,
    patches: [{ file, find: 'judgeRevoked(token, evidence, rules) ??', replace: '' }],
  },
  'expiry-one-late': {
    mutation: 'a token is active at the instant of its expiry',
    caughtBy: 'expiry-edge',
    failureMatches: /accepted/,
    patches: [
      {
        file,
        find: 'return now >= expiresAt + rules.leeway',
        replace: 'return now > expiresAt + rules.leeway',
      },
    ],
  },
  'expiry-left-to-the-store': {
    mutation: 'the signed expiry is not checked: the store is expected to expire in time',
    caughtBy: 'ttl-lag',
    failureMatches: /accepted/,
    patches: [{ file, find: 'if (isExpired(expiresAt, rules, now))', replace: 'if (false)' }],
  },
  'epochs-by-clock': {
    mutation:
      'a revocation is decided by the clocks: tokens that were issued later are compared by issue time',
    caughtBy: 'new-login',
    failureMatches: /refused as revoked/,
    patches: [
      {
        file,
        find: 'if (epochChanged(epoch, issuedUnder.epochs, scope))',
        replace: 'if (epoch !== undefined && issuedAt <= (cutoff.revoked?.at ?? 0))',
      },
    ],
  },
  'scope-not-asked': {
    mutation: 'the cutoff of subject and client together is not read',
    caughtBy: 'cutoff-scopes',
    failureMatches: /subject\+client|client/,
    patches: [
      {
        file,
        find: 'const info = revokedByCutoff(scope, found.body, token, rules);',
        replace:
          "const info = scope === 'subject+client' ? null : revokedByCutoff(scope, found.body, token, rules);",
      },
    ],
  },
  'old-wide-masks-new-narrow': {
    mutation: 'the widest stored cutoff decides alone',
    caughtBy: 'cutoff-scopes',
    failureMatches: /accepted/,
    patches: [
      {
        file,
        find: 'const info = revokedByCutoff(scope, found.body, token, rules);',
        replace:
          "const info = revokedByCutoff(scope, found.body, token, rules); if (scope !== 'global' && info === null) return null;",
      },
    ],
  },
  'before-is-exclusive': {
    mutation: 'tokens that were issued at the instant of `before` stay active',
    caughtBy: 'revoke-up-to',
    failureMatches: /accepted/,
    patches: [
      { file, find: '(loginAt ?? 0) <= notBefore', replace: '(loginAt ?? 0) < notBefore - 1' },
    ],
  },
  'before-by-own-issue-time': {
    mutation: '`before` judges a successor by its own issue time, not by that of its login',
    caughtBy: 'old-login-new-token',
    failureMatches: /accepted/,
    patches: [
      { file, find: '(loginAt ?? 0) <= notBefore', replace: '(issuedAt ?? 0) <= notBefore' },
    ],
  },
  'grace-reopens': {
    mutation: 'a clock that jumps back reopens a grace period that was over',
    caughtBy: 'clock-jump',
    failureMatches: /./,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'const hasBegun = now >= rotation.at - rules.skew',
        replace: 'const hasBegun = true',
      },
    ],
  },
  'missing-field-refuses': {
    mutation: 'a token that was issued under an epoch is refused when the cutoff is pruned',
    caughtBy: 'absent-field',
    failureMatches: /refused/,
    patches: [
      {
        file,
        find: 'return current !== undefined && current !== issued[scopeLetter(scope)]',
        replace: 'return current !== issued[scopeLetter(scope)]',
      },
    ],
  },
  'corrupt-ignored': {
    mutation: 'a record that cannot be read is ignored, instead of refusing',
    caughtBy: 'unreadable-record',
    failureMatches: /accepted/,
    patches: [{ file, find: 'judgeCorrupt(evidence) ??', replace: '' }],
  },
  'store-goes-back-unseen': {
    mutation: 'a refresh token of a generation that the store does not know yet is accepted',
    caughtBy: 'older-snapshot',
    failureMatches: /./,
    patches: [{ file, find: ' && token.generation <= session.body.generation', replace: '' }],
  },
  'grace-too-long': {
    mutation: 'the grace period continues for as long as clocks may differ',
    caughtBy: 'grace-chain',
    failureMatches: /for clocks that differ/,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'now < rotation.at + rules.grace)',
        replace: 'now < rotation.at + rules.grace + rules.skew)',
      },
    ],
  },
  'access-epoch-ignored': {
    mutation: '`only: access` revokes no access token',
    caughtBy: 'access-only',
    failureMatches: /accepted/,
    patches: [
      {
        file,
        find: "if (kind === 'access' && epochChanged(accessEpoch, issuedUnder.accessEpochs, scope))",
        replace: 'if (false)',
      },
    ],
  },
  'external-skew-forgotten': {
    mutation: "an external issuer's clock is trusted to the second",
    caughtBy: 'external-cutoff',
    failureMatches: /after: accepted/,
    patches: [
      {
        file,
        find: '(issuedAt ?? 0) <= externalBefore + rules.skew',
        replace: '(issuedAt ?? 0) <= externalBefore',
      },
    ],
  },
})
