import { invalidClaim, isExpired, MARGIN } from '../decide/decide.ts'
import type { Refusal } from '../decide/evidence.ts'
import { InvalidInput, StoreUnavailable } from '../errors/errors.ts'
import { parseRevokeToken } from '../input/revocation.schema.ts'
import type { RevocationNote, RevokeTokenOptions } from '../input/target.ts'
import { isRefusal } from '../jwt/authenticator.ts'
import { isCompact } from '../jwt/compact.ts'
import { randomId } from '../naming/random.ts'
import { type Policy, retainCutoff, retainToken } from '../policy/policy.ts'
import type { Read } from '../records/body.ts'
import type { Stamp } from '../records/cutoff.ts'
import { decodeToken, type Token } from '../records/token.ts'
import type { StoredRecord } from '../repository/contract.ts'
import { Budget } from '../store/budget.ts'
import { change, type Seen, type Step } from '../store/change.ts'
import { maxLifetimeOf } from '../transitions/root.ts'
import { revokeToken, type TokenFacts } from '../transitions/token.ts'
import type { NotRevoked, Revoked } from './answers.ts'
import type { Context } from './context.ts'
import { rootIn } from './evidence.ts'
import { factsOf } from './facts.ts'
import { since, whyOf } from './inactive.ts'
import { about } from './presenting.ts'
import { revokeScope } from './revoke-scope.ts'

/** A token by itself: a refresh token takes its session, an access token itself, or its session when asked. */
export async function revokePresented(
  context: Context,
  token: unknown,
  options?: RevokeTokenOptions,
): Promise<Revoked | NotRevoked> {
  const { policy, naming, authenticator } = context
  const { cascade, client: presenter, ...note } = parseRevokeToken(options)
  if (!isCompact(token))
    throw new InvalidInput(
      'token',
      'is no JWT. To revoke by an id, pass an object: { subject }, { session }, { jti }, ….',
    )
  const budget = new Budget(policy.deadline)
  const found = await authenticator.authenticate(token, budget)
  if (isRefusal(found)) return notRevoked(found)
  const { issuer, subject, client, session } = found.principal
  if (presenter !== undefined && presenter !== client) {
    return notRevoked(invalidClaim('client_id', presenter))
  }
  const key = found.cutoffKeys.get('session')
  if (key !== undefined && (cascade || found.presented.kind === 'refresh')) {
    const sessionKey = await naming.session(issuer, session ?? '')
    const target = { scope: 'session', key, sessionKey, subject, client } as const
    return revokeScope(context, target, { kind: 'now', note }, budget)
  }
  if (isExpired(found.presented.expiresAt, policy, policy.clock()))
    return { revoked: false, reason: 'expired' }
  const { jti: _, ...whom } = about(found)
  return revokeOne(context, factsOf(policy, found), note, whom, budget)
}

function notRevoked(refusal: Refusal): NotRevoked {
  return { revoked: false, reason: refusal.reason, ...whyOf(refusal) }
}

/** A token by its id alone: where no record stands, its expiry is not known, so the tombstone stays like a cutoff. */
export function revokeByKey(context: Context, key: string, note: RevocationNote): Promise<Revoked> {
  const facts = { key, groups: [], expiresAt: 0, retainUntil: 0, body: {} }
  return revokeOne(context, facts, note, { record: key })
}

async function revokeOne(
  context: Context,
  facts: TokenFacts,
  note: RevocationNote,
  whom: object,
  budget: Budget = new Budget(context.policy.deadline),
): Promise<Revoked> {
  const { store, policy, naming, events } = context
  const id = randomId()
  const keys = [naming.root, facts.key]
  const plan = (seen: Seen): Step<Revoked> => {
    const root = rootIn(context, seen)
    const record = seen.get(facts.key) ?? null
    const found = replaceable(record)
    const at = policy.clock()
    const maxLifetime = root && root !== 'corrupt' ? maxLifetimeOf(root.body) : policy.maxLifetime
    const kept = keptFacts(policy, facts, record, at, maxLifetime)
    const next = revokeToken(found, kept, { id, at, ...note })
    if (next === null) {
      const stamp = found?.body.revoked
      return { done: revokedToken(stamp ?? { at }, stamp?.id === id) }
    }
    const write = { record: next, expected: record?.etag ?? null }
    return { write, won: () => revokedToken({ at, ...note }, true) }
  }
  const revoked = await change(store, budget, keys, plan, { repeatsSame: false })
  events.emit('revoked', { ...whom, scope: 'token', at: revoked.at, first: revoked.first })
  return revoked
}

// A record that cannot be read is replaced by its tombstone: revoked is above all other states.
function replaceable(record: StoredRecord | null): Read<Token> | null {
  const found = decodeToken(record)
  if (found !== 'corrupt' || record === null) return found === 'corrupt' ? null : found
  if (record.kind === 'token' || record.kind === 'corrupt')
    return { record: { ...record, kind: 'token', state: 'active' }, body: { id: '' } }
  throw new StoreUnavailable(
    `A ${record.kind} record is stored under the id of a token: restore it.`,
  )
}

function keptFacts(
  policy: Policy,
  facts: TokenFacts,
  record: StoredRecord | null,
  at: number,
  maxLifetime: number,
): TokenFacts {
  const unknown = retainCutoff(policy, at, maxLifetime)
  const end = facts.expiresAt || (record?.expiresAt ?? 0)
  // A record that waits to be pruned is revoked like any other, and no store keeps what is past.
  const retainUntil = end ? Math.max(retainToken(policy, end), at + MARGIN) : unknown
  return { ...facts, expiresAt: end || unknown, retainUntil }
}

function revokedToken(stamp: Stamp, first: boolean): Revoked {
  return { revoked: true, target: 'token', first, at: stamp.at, ...since(stamp) }
}
