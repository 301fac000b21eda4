import assert from 'node:assert/strict'
import type { NotRevoked, RevocationNote, RevocationScope, Revoked } from '@tokenward/core'
import * as fc from 'fast-check'
import { isPast, type Model, type Revocation, scopeOf, type Token } from '../model.ts'
import { isSame, type StepContext, verifyAll } from '../step.ts'

export const anyNote: fc.Arbitrary<RevocationNote> = fc.constantFrom<RevocationNote[]>(
  {},
  { reason: 'lost' },
  { reason: 'left', actor: 'eve' },
)

/** A single token was revoked. */
export async function assertTokenRevoked(
  context: StepContext,
  answer: Revoked | NotRevoked,
  token: Token,
  note: RevocationNote,
): Promise<void> {
  const { model, system, index, now } = context
  const { state } = token
  const first = state.revoked === undefined
  state.revoked ??= { at: now, note }
  // The first revocation of a past token may be pruned.
  const shown = first ? state.revoked : hidden(model, state.revoked)
  if (now < token.expiresAt) assertRevocation(answer, { scope: 'token', first, ...shown })
  if (state.kept && isPast(model, token, now)) state.kept.data = 'unknown'
  await verifyAll(model, system, index)
}

/** A whole scope was revoked. */
export async function assertScopeRevoked(
  context: StepContext,
  answer: Revoked | NotRevoked,
  request: Pick<Revocation, 'of' | 'kind' | 'before' | 'note'>,
): Promise<void> {
  const { model, system, index, now } = context
  const { of, kind, before = 0 } = request
  const scope = scopeOf(of)
  const same = model.revocations.filter((r) => isSame(r.of, of))
  const revocation: Revocation = { ...request, at: now, order: model.order }
  model.revocations.push(revocation)
  const earlier =
    scope === 'session' && kind !== 'access' ? same.find((r) => r.kind !== 'access') : undefined
  const rises = kind !== 'before' || same.every((r) => before > (r.before ?? -1))
  // Past records may be pruned, and a revocation that adds nothing changes nothing.
  const isKnown = earlier === undefined || now - earlier.at < model.rules.maxLifetime
  const first = kind === 'now' ? earlier === undefined : undefined
  if (isKnown && (rises || earlier))
    assertRevocation(answer, { scope, first, ...(earlier ? hidden(model, earlier) : revocation) })
  if (scope === 'session') forgetPastLogin(model, of, now)
  await verifyAll(model, system, index)
}

function forgetPastLogin(model: Model, { session }: Revocation['of'], now: number): void {
  const own = model.tokens.filter(({ login }) => login && login.principal.session === session)
  const isOver = own.every((token) => token.kind === 'access' || isPast(model, token, now))
  for (const { login } of own) if (login && isOver) login.kept.data = 'unknown'
}

/** The note of another call is sealed. */
function hidden<R extends Pick<Revocation, 'at' | 'note'>>({ rules }: Model, one: R): R {
  return rules.isSealed ? { ...one, note: null } : one
}

interface ExpectedRevocation extends Pick<Revocation, 'at' | 'note'> {
  readonly scope: RevocationScope
  /** `undefined`: either is correct. */
  readonly first: boolean | undefined
}

function assertRevocation(
  answer: Revoked | NotRevoked,
  { scope, first, at, note }: ExpectedRevocation,
): void {
  assert.ok(answer.revoked, 'it must be revoked')
  assert.equal(answer.target, scope, 'what was revoked')
  assert.equal(answer.at, at, 'the returned time of the revocation')
  if (first !== undefined) assert.equal(answer.first, first, 'whether this call did it')
  if (note !== null) assert.deepEqual(answer.note ?? {}, note, 'the returned note')
}
