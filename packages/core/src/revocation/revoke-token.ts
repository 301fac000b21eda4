import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { requireRoot } from '../decision/collect.ts'
import { CLOCK_MARGIN_MS, invalidClaim, isExpired } from '../decision/decide.ts'
import { claimFields, eventFields, isInactive, revocationFields } from '../decision/outcome.ts'
import type { Refusal } from '../decision/types.ts'
import { InvalidInput, StoreUnavailable } from '../errors.ts'
import { parseRevokeTokenOptions } from '../input/revocation.schema.ts'
import { recordFields } from '../issuing/token-record.ts'
import { isCompact } from '../jwt/compact.ts'
import { afterLeases } from '../lease/lapse.ts'
import { type Policy, retainCutoff, retainToken } from '../policy/policy.ts'
import { isUsable, type Loaded } from '../records/body.ts'
import type { RevocationInfo } from '../records/cutoff.ts'
import { decodeToken, type Token } from '../records/token.ts'
import { groupsOf } from '../scopes/groups.ts'
import { randomId } from '../scopes/random.ts'
import { sealContents, sealNote } from '../sealing/contents.ts'
import { type Plan, updateAndSee } from '../store/conditional-write.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import { maxLifetimeOf } from '../transitions/root.ts'
import { revokeToken, type TokenRecordFields } from '../transitions/token.ts'
import type { NotRevoked, Revoked } from '../types/results.ts'
import type { RevocationNote } from '../types/revoke-options.ts'
import { revokeScope } from './revoke-scope.ts'

/** Revokes a presented token: of a refresh token its session, of an access token with `cascade` too. */
export async function revokePresented(
  context: Context,
  token: unknown,
  options?: object,
): Promise<Revoked | NotRevoked> {
  const { policy, keyDeriver, authenticator } = context
  const { cascade, client: presenter, ...note } = parseRevokeTokenOptions(options)
  if (!isCompact(token))
    throw new InvalidInput(
      'token',
      'must be a JWT. To revoke by an id, pass an object: { subject }, { session }, { jti }, ….',
    )
  const deadline = context.deadline()
  const found = await authenticator.authenticate(token, deadline)
  if (isInactive(found)) return notRevoked(found)
  const { issuer, subject, client, session } = found.principal
  if (presenter !== undefined && presenter !== client) {
    return notRevoked(invalidClaim('client_id', presenter))
  }
  const key = found.cutoffKeys.get('session')
  if (key !== undefined && (cascade || found.facts.kind === 'refresh')) {
    const sessionKey = await keyDeriver.session(issuer, session ?? '')
    const target = { scope: 'session', key, sessionKey, subject, client } as const
    return revokeScope(context, target, { kind: 'now', note }, deadline)
  }
  if (isExpired(found.facts.expiresAt, policy, policy.clock()))
    return { revoked: false, reason: 'expired' }
  const { jti: _, ...event } = eventFields(found)
  return revokeOne(context, recordFields(policy, found), note, event, deadline)
}

function notRevoked(refusal: Refusal): NotRevoked {
  return { revoked: false, reason: refusal.reason, ...claimFields(refusal) }
}

/**
 * Revokes a token by its id. Without a record its expiry is unknown: the tombstone is retained like a cutoff.
 * @param token as the caller named it, for lists; missing where only its record is known
 */
export async function revokeByKey(
  context: Context,
  key: string,
  note: RevocationNote,
  token?: { readonly issuer: string; readonly jti: string },
): Promise<Revoked> {
  const deadline = context.deadline()
  const createdAt = context.policy.clock()
  const shown = token && (await shownInLists(context, key, token, deadline))
  const base = { key, groups: [], createdAt, expiresAt: 0, retainUntil: 0, body: {} }
  return revokeOne(context, { ...base, ...shown }, note, { record: key }, deadline)
}

/** What a tombstone needs to be in the list of its issuer, with its name. */
async function shownInLists(
  context: Context,
  key: string,
  { issuer, jti }: { readonly issuer: string; readonly jti: string },
  deadline: Deadline,
): Promise<Pick<TokenRecordFields, 'groups' | 'body'>> {
  const sealed = await sealContents(context, { jti }, { kind: 'token', key }, deadline)
  const groups = groupsOf(await context.keyDeriver.cutoffKeys({ issuer }))
  return { groups, body: { sealed } }
}

async function revokeOne(
  context: Context,
  fields: TokenRecordFields,
  note: RevocationNote,
  event: object,
  deadline: Deadline,
): Promise<Revoked> {
  const { store, policy, keyDeriver, events, capabilities } = context
  const id = randomId()
  const place = { kind: 'token', key: fields.key } as const
  const { stored, shown } = await sealNote(context, note, place, deadline)
  const keys = [keyDeriver.root, fields.key]
  const plan = (current: Snapshot): Plan<Revoked> => {
    const root = requireRoot(context, current)
    const record = current.get(fields.key) ?? null
    const found = replaceable(record)
    const at = policy.clock()
    const maxLifetime = isUsable(root) ? maxLifetimeOf(root.body) : policy.maxLifetime
    const retained = retainedFields(policy, fields, record, at, maxLifetime)
    const next = revokeToken(found, retained, { id, at, ...stored })
    if (next === null) {
      const info = found?.body.revoked
      const isOwn = info?.id === id
      return { done: revokedToken({ at, ...info, ...(isOwn && shown) }, isOwn) }
    }
    const expected = record?.etag ?? null
    // Beside the data there may be no room for the note: a revocation must not fail for it.
    if (next.body.length <= capabilities.maxBodyBytes)
      return {
        write: { record: next, expected },
        onStored: () => revokedToken({ at, ...shown }, true),
      }
    const bare = revokeToken(found, retained, { id, at }) ?? next
    return { write: { record: bare, expected }, onStored: () => revokedToken({ at }, true) }
  }
  const { result, seen } = await updateAndSee(store, deadline, keys, plan, {
    resendIdentical: false,
  })
  events.emit('revoked', {
    ...event,
    scope: 'token',
    at: result.at,
    first: result.first,
  })
  return afterLeases(context, seen, result)
}

// A corrupt record is replaced by a tombstone: revoked is the last state.
function replaceable(record: StoredRecord | null): Loaded<Token> | null {
  const found = decodeToken(record)
  if (found !== 'corrupt' || record === null) return isUsable(found) ? found : null
  if (record.kind === 'token' || record.kind === 'corrupt')
    return { record: { ...record, kind: 'token', state: 'active' }, body: { id: '' } }
  throw new StoreUnavailable(
    `A ${record.kind} record is stored under the id of a token: restore the store from a backup.`,
  )
}

function retainedFields(
  policy: Policy,
  fields: TokenRecordFields,
  record: StoredRecord | null,
  at: number,
  maxLifetime: number,
): TokenRecordFields {
  const unknownEnd = retainCutoff(policy, at, maxLifetime)
  const expiresAt = fields.expiresAt || (record?.expiresAt ?? 0)
  if (expiresAt === 0) return { ...fields, expiresAt: unknownEnd, retainUntil: unknownEnd }
  // A token that has expired can still be revoked, but stores refuse a retention that has ended.
  const retainUntil = Math.max(retainToken(policy, expiresAt), at + CLOCK_MARGIN_MS)
  return { ...fields, expiresAt, retainUntil }
}

function revokedToken(info: RevocationInfo, first: boolean): Revoked {
  return { revoked: true, target: 'token', first, at: info.at, ...revocationFields(info) }
}
