import { engines } from './known-bad-engine.ts'

const file = 'decision/decide.js'

/** Cores that judge a token wrongly. */
export const verdicts: ReturnType<typeof engines> = engines({
  'forgets-cutoffs': {
    breaks: 'no scope is asked: a revocation changes no verdict',
    namedCase: 'revoke-then-verify',
    because: /accepted/,
    patches: [{ file, find: 'judgeRevoked(token, evidence, rules) ??', replace: '' }],
  },
  'expiry-one-late': {
    breaks: 'a token is good at the very instant of its expiry',
    namedCase: 'expiry-edge',
    because: /accepted/,
    patches: [
      {
        file,
        find: 'return now >= expiresAt + rules.leeway',
        replace: 'return now > expiresAt + rules.leeway',
      },
    ],
  },
  'expiry-left-to-the-store': {
    breaks: 'the expiry that was signed is not looked at: the store is to forget in time',
    namedCase: 'ttl-lag',
    because: /accepted/,
    patches: [{ file, find: 'if (isExpired(expiresAt, rules, now))', replace: 'if (false)' }],
  },
  'epochs-by-clock': {
    breaks: 'a revocation kills by the clocks: what was issued later is judged by its issue time',
    namedCase: 'new-login',
    because: /refused as revoked/,
    patches: [
      {
        file,
        find: 'if (epochChanged(epoch, issuedUnder.epochs, scope))',
        replace: 'if (epoch !== undefined && issuedAt <= (cutoff.revoked?.at ?? 0))',
      },
    ],
  },
  'scope-not-asked': {
    breaks: 'the cutoff of subject and client together is not asked',
    namedCase: 'cutoff-scopes',
    because: /subject\+client|client/,
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
    breaks: 'the widest cutoff that stands decides alone',
    namedCase: 'cutoff-scopes',
    because: /accepted/,
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
    breaks: 'what was issued at the very instant of `before` lives on',
    namedCase: 'revoke-up-to',
    because: /accepted/,
    patches: [
      { file, find: '(loginAt ?? 0) <= notBefore', replace: '(loginAt ?? 0) < notBefore - 1' },
    ],
  },
  'before-by-own-issue-time': {
    breaks: '`before` judges a successor by its own issue time, not by that of its login',
    namedCase: 'old-login-new-token',
    because: /accepted/,
    patches: [
      { file, find: '(loginAt ?? 0) <= notBefore', replace: '(issuedAt ?? 0) <= notBefore' },
    ],
  },
  'grace-reopens': {
    breaks: 'a clock that jumps back opens a grace window that was over',
    namedCase: 'clock-jump',
    because: /./,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'const opened = now >= own.at - rules.skew',
        replace: 'const opened = true',
      },
    ],
  },
  'absent-field-kills': {
    breaks: 'a token that was born under an epoch dies when the cutoff is pruned',
    namedCase: 'absent-field',
    because: /refused/,
    patches: [
      {
        file,
        find: 'return now !== undefined && now !== born[scopeLetter(scope)]',
        replace: 'return now !== born[scopeLetter(scope)]',
      },
    ],
  },
  'damage-is-overlooked': {
    breaks: 'a record that cannot be read says nothing, instead of refusing',
    namedCase: 'poisoned-record',
    because: /accepted/,
    patches: [{ file, find: 'judgeCorrupt(evidence) ??', replace: '' }],
  },
  'store-goes-back-unseen': {
    breaks: 'a refresh token of a generation that the store does not know yet is taken',
    namedCase: 'regress',
    because: /./,
    patches: [{ file, find: ' && token.generation <= session.body.generation', replace: '' }],
  },
  'grace-too-long': {
    breaks: 'the grace window goes on for as long as clocks may differ',
    namedCase: 'grace-chain',
    because: /for clocks that differ/,
    patches: [
      {
        file: 'decision/rotation-window.js',
        find: 'now < own.at + rules.grace)',
        replace: 'now < own.at + rules.grace + rules.skew)',
      },
    ],
  },
  'access-epoch-ignored': {
    breaks: '`only: access` kills no access token',
    namedCase: 'access-only',
    because: /accepted/,
    patches: [
      {
        file,
        find: "if (kind === 'access' && epochChanged(accessEpoch, issuedUnder.accessEpochs, scope))",
        replace: 'if (false)',
      },
    ],
  },
  'external-skew-forgotten': {
    breaks: "an external issuer's clock is believed to the second",
    namedCase: 'external-cutoff',
    because: /after: accepted/,
    patches: [
      {
        file,
        find: '(issuedAt ?? 0) <= externalBefore + rules.skew',
        replace: '(issuedAt ?? 0) <= externalBefore',
      },
    ],
  },
})
