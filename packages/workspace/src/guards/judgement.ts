import type { Guard } from './guard.ts'

const decide = 'core/src/decide/decide.ts'
const evidence = 'core/src/engine/evidence.ts'

/** Guards of what is decided, and from which evidence. */
export const judgement: readonly Guard[] = [
  {
    case: 'revoke-then-verify',
    file: decide,
    find: 'judgeRevoked(token, evidence, rules) ??',
    replace: '',
  },
  {
    case: 'expiry-edge',
    file: decide,
    find: 'return now >= expiresAt + rules.leeway',
    replace: 'return now > expiresAt + rules.leeway',
  },
  {
    case: 'ttl-lag',
    file: decide,
    find: "if (isExpired(expiresAt, rules, now)) return { active: false, reason: 'expired' }",
    replace: '',
  },
  {
    case: 'new-login',
    file: 'core/src/transitions/cutoff.ts',
    find: '{ epoch: ask.id, revoked }',
    replace: '{ epoch: ask.id, revoked, notBefore: at }',
  },
  {
    case: 'cutoff-scopes',
    file: decide,
    find: 'if (stamp !== null) return',
    replace: "if (stamp !== null && level !== 'subject+client') return",
  },
  {
    case: 'laundering',
    file: 'core/src/engine/successor.ts',
    find: 'e: tw?.e ?? {}, a },',
    replace: 'e: birthUnder(obtained.cutoffs).e, a },',
  },
  {
    case: 'revoke-up-to',
    file: decide,
    find: '(loginAt ?? 0) <= notBefore',
    replace: '(loginAt ?? 0) < notBefore - 1',
  },
  {
    case: 'old-login-new-token',
    file: decide,
    find: '(loginAt ?? 0) <= notBefore',
    replace: '(issuedAt ?? 0) <= notBefore',
  },
  {
    case: 'clock-jump',
    file: decide,
    find: 'const opened = now >= rotation.at - rules.skew',
    replace: 'const opened = true',
  },
  {
    case: 'absent-field',
    file: decide,
    find: 'return now !== undefined && now !== born',
    replace: 'return now !== born',
  },
  { case: 'poisoned-record', file: decide, find: 'judgeDamaged(evidence) ??', replace: '' },
  {
    case: 'nonsense-answers',
    file: 'core/src/records/body.ts',
    find: '|| !isWhole(record)',
    replace: '',
  },
  {
    case: 'regress',
    file: decide,
    find: '&& token.generation <= family.body.generation',
    replace: '',
  },
  {
    case: 'wiped-store',
    file: 'core/src/transitions/root.ts',
    find: 'epoch: randomId(),',
    replace: "epoch: 'first',",
  },
  {
    case: 'wrong-world',
    file: evidence,
    find: 'if (found.body.check !== naming.check)',
    replace: 'if (false as boolean)',
  },
  {
    case: 'root-remade',
    file: 'core/src/transitions/root.ts',
    find: 'epoch: randomId(),',
    replace: "epoch: 'first',",
  },
  {
    case: 'grace-chain',
    file: 'core/src/transitions/family.ts',
    find: '[...kept, rotation]',
    replace: '[rotation]',
  },
  {
    case: 'access-only',
    file: 'core/src/engine/rotate.ts',
    find: 'if (rides && claimsAreStale(tw.a, evidence)) return null',
    replace: '',
  },
  {
    case: 'paused-verify',
    file: evidence,
    find: 'decide(presented, evidence, policy, policy.clock())',
    replace: 'decide(presented, evidence, policy, presented.issuedAt ?? 0)',
  },
  {
    case: 'stalled-consume',
    file: 'core/src/engine/consume.ts',
    find: 'if (isExpired(presented.presented.expiresAt, policy, policy.clock())) return',
    replace: 'if (false as boolean) return',
  },
  {
    case: 'epoch-reuse',
    file: 'core/src/engine/revoke-scope.ts',
    find: 'id: randomId(),',
    replace: "id: 'epoch-1',",
  },
]
