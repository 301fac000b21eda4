import assert from 'node:assert/strict'
import type { DataUpdate, Target } from '@tokenward/core'
import * as fc from 'fast-check'
import { SECOND } from '../../harness/clock.ts'
import { ISSUER } from '../../harness/instance-options.ts'
import { type Expected, expectedResult } from '../expected-result.ts'
import type { KeptData, Model, Token } from '../model.ts'
import {
  anyIndex,
  anyInstance,
  assertData,
  choose,
  type StepContext,
  type Steps,
  step,
  verifyAll,
} from '../step.ts'
import { anySubject } from './issue.ts'

const canSeal = ({ rules, tokens }: Model): boolean => rules.isSealed && keepers(tokens).length > 0

/** Tokens with a record that can keep data: their own, or that of their session. */
function keepers(tokens: readonly Token[]): Token[] {
  return tokens.filter((token) => keptOf(token) !== undefined)
}

function keptOf({ login, state }: Token): KeptData | undefined {
  return login?.kept ?? state.kept
}

/** By one of its tokens, or by the id of the session or the token. */
export const updatingData: Steps = fc
  .record({
    index: anyInstance,
    which: anyIndex,
    byId: fc.boolean(),
    removes: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(({ index, which, byId, removes }) =>
    step('update data', index, canSeal, async (context) => {
      const { model, system, instance, log, answered } = context
      const token = choose(keepers(model.tokens), which)
      log(`of ${token.label}${removes ? ', remove it' : ''}`)
      const change = (data: object | null) => (removes ? null : { ...data, last: model.order })
      const update = await instance.updateData(byId ? idOf(token) : token.text, change)
      answered(update.updated ? 'updated' : update.reason)
      const what = `update the data of ${token.label}`
      const kept = keptOf(token) ?? assert.fail('there is a record')
      assertUpdate(context, update, token, what)
      if (update.updated) {
        if (kept.data !== 'unknown') kept.data = change(kept.data)
        assertData(update.data, token, what)
      }
      await verifyAll(model, system, index)
    }),
  )

function idOf({ login, jti = '' }: Token): Target {
  return login ? { session: login.principal.session } : { jti }
}

function assertUpdate(
  { model, now }: StepContext,
  update: DataUpdate,
  token: Token,
  what: string,
): void {
  const { expected, isSure } = stateOf(model, token, now)
  if (!isSure) return
  assert.equal(update.updated, expected.active, `${what}: whether it was updated`)
  if (update.updated || expected.active) return
  // What has expired may be pruned, and a revocation then makes a record without an expiry.
  const isPast = expected.reasons.includes('expired')
  const isAnew = isPast && keptOf(token)?.data === 'unknown'
  const reasons = [
    ...expected.reasons,
    ...(isPast ? ['not-found'] : []),
    ...(isAnew ? ['revoked'] : []),
  ]
  assert.ok(reasons.includes(update.reason as never), `${what}: ${update.reason}`)
}

/** Whether a record is accepted: a session as its current refresh token. */
function stateOf(
  model: Model,
  token: Token,
  now: number,
): { readonly expected: Expected; readonly isSure: boolean } {
  const { login } = token
  const current = login
    ? model.tokens.findLast(
        (each) =>
          each.login === login && each.kind === 'refresh' && each.generation === login.generation,
      )
    : token
  const judged = current ?? assert.fail('a session has a refresh token')
  // A record has milliseconds, and the token whole seconds.
  const past = now - judged.expiresAt - model.rules.leeway
  const isSure = login === undefined || past < 0 || past >= SECOND
  return { expected: expectedResult(model, judged, now), isSure }
}

/** Also of what is not accepted any more. */
export const readingData: Steps = fc
  .record({ index: anyInstance, which: anyIndex })
  .map(({ index, which }) =>
    step('read data', index, canSeal, async ({ model, instance, now, log, answered }) => {
      const token = choose(keepers(model.tokens), which)
      log(`of ${token.label}`)
      const stored = await instance.data(token.text)
      answered(stored.found ? JSON.stringify(stored.data) : 'not found')
      const what = `read the data of ${token.label}`
      const { expected, isSure } = stateOf(model, token, now)
      if (!stored.found) return assert.ok(!expected.active, `${what}: it was not found`)
      assertData(stored.data, token, what)
      if (isSure) assert.equal(stored.active, expected.active, `${what}: whether it is active`)
    }),
  )

/** Changes no data. */
export const resealing: Steps = fc
  .record({ index: anyInstance, limit: fc.constantFrom(1_000, 1, 3), dryRun: fc.boolean() })
  .map(({ index, limit, dryRun }) =>
    step('reseal', index, canSeal, async ({ model, system, instance, log, answered }) => {
      log(`at most ${limit}${dryRun ? ', dry run' : ''}`)
      const { resealed, unreadable } = await instance.reseal({ limit, dryRun })
      answered(`${resealed} resealed`)
      assert.equal(unreadable, 0, 'each instance has all keys')
      await verifyAll(model, system, index)
    }),
  )

/** Revokes a subject, and forgets what was kept with it. */
export const erasing: Steps = fc
  .record({ index: anyInstance, subject: anySubject })
  .map(({ index, subject }) =>
    step('erase', index, canSeal, async (context) => {
      const { model, system, instance, now, log, answered } = context
      log(subject)
      const { erased } = await instance.erase({ subject })
      answered(`${erased} erased`)
      const of = { issuer: ISSUER, subject }
      forget(context, subject)
      model.revocations.push({ of, kind: 'now', at: now, order: model.order, note: null })
      assert.equal((await instance.erase({ subject })).erased, 0, 'a second call finds none')
      model.revocations.push({ of, kind: 'now', at: now, order: model.order, note: null })
      await verifyAll(model, system, index)
    }),
  )

function forget({ model, now }: StepContext, subject: string): void {
  for (const token of keepers(model.tokens)) {
    const kept = keptOf(token)
    if (token.principal.subject !== subject || kept === undefined) continue
    const { expected } = stateOf(model, token, now)
    const isPast = !expected.active && expected.reasons.includes('expired')
    if (kept.data !== null) kept.data = isPast ? 'unknown' : null
  }
}
