import assert from 'node:assert/strict'
import type { VerifyOptions } from '@tokenward/core'
import * as fc from 'fast-check'
import { ISSUER } from '../../harness/case-context.ts'
import { expectedResult } from '../expected-result.ts'
import type { Model, Token } from '../model.ts'
import {
  anyIndex,
  anyInstance,
  assertRefused,
  assertVerdict,
  chosen,
  hasTokens,
  type Steps,
  step,
  verifyAll,
  wantOf,
} from '../step.ts'
import { OTHER_AUDIENCE } from './issue.ts'

interface Choices {
  readonly index: number
  readonly which: number
  readonly amiss: 'nothing' | 'kind' | 'audience' | 'scope'
  readonly idempotencyKey: string | undefined
}

const choices: fc.Arbitrary<Choices> = fc.record({
  index: anyInstance,
  which: anyIndex,
  amiss: fc.oneof(
    { weight: 8, arbitrary: fc.constant<Choices['amiss']>('nothing') },
    { weight: 2, arbitrary: fc.constantFrom<Choices['amiss'][]>('kind', 'audience', 'scope') },
  ),
  idempotencyKey: fc.constantFrom(undefined, 'one', 'two'),
})

/** One token, also with the requirements of other verifiers. */
export const verifying: Steps = choices.map(({ index, which, amiss }) =>
  step('verify', index, hasTokens, async ({ model, instance, now, say, answered }) => {
    const token = chosen(model.tokens, which)
    const want = spoiled(wantOf(token), amiss)
    say(`${token.label}, wrong: ${amiss}`)
    const verdict = await instance.verify(token.text, want)
    answered(verdict.active ? 'active' : verdict.reason)
    assertVerdict(verdict, expectedResult(model, token, now, want), token, `verify ${token.label}`)
  }),
)

export const verifyingAll: Steps = anyInstance.map((index) =>
  step('verify', index, hasTokens, async ({ model, system, say }) => {
    say('all')
    await verifyAll(model, system, index)
  }),
)

/** Access tokens once, and again with the same idempotency key; refresh tokens never. */
export const consuming: Steps = choices.map((chose) =>
  step('consume', chose.index, hasTokens, async ({ model, instance, now, say, answered }) => {
    const { idempotencyKey: key, amiss } = chose
    const token = consumable(model, chose.which)
    const want = spoiled(wantOf(token), amiss)
    say(`${token.label}, key: ${key}, wrong: ${amiss}`)
    const verdict = await instance.consume(token.text, {
      ...want,
      ...(key && { idempotencyKey: key }),
    })
    answered(verdict.active ? 'active' : verdict.reason)
    const what = `consume ${token.label}`
    if (want.kind === 'refresh') return assertRefused(verdict as never, NEVER, what)
    const expected = expectedResult(model, token, now, want)
    const { consumed } = token.fate
    const isOurs = consumed !== undefined && key !== undefined && consumed.key === key
    const isSpent = !expected.active && expected.reasons.includes('consumed')
    const right = isSpent && isOurs ? ACTIVE : expected
    assertVerdict(verdict, right, token, what)
    if (expected.active) token.fate.consumed = { at: now, key }
  }),
)

/** Usually one that was consumed, or can be. */
function consumable({ tokens }: Model, which: number): Token {
  const consumed = tokens.filter(({ fate }) => fate.consumed)
  if (consumed.length > 0 && which % 2 === 0) return chosen(consumed, which / 2)
  const access = tokens.filter(({ kind }) => kind === 'access')
  return chosen(access.length > 0 && which < 10 ? access : tokens, which)
}

const ACTIVE = { active: true } as const
const NEVER = { active: false, reasons: ['invalid-claims'] } as const

function spoiled(want: VerifyOptions, amiss: Choices['amiss']): VerifyOptions {
  const { kind, audience } = want
  if (amiss === 'kind') return { ...want, kind: kind === 'access' ? 'refresh' : 'access' }
  if (amiss === 'scope') return { ...want, scope: 'admin' }
  if (amiss === 'audience')
    return { ...want, audience: audience === ISSUER ? OTHER_AUDIENCE : ISSUER }
  return want
}

/** The explanation of a verification, with the same requirements. */
export const explaining: Steps = choices.map(({ index, which, amiss }) =>
  step('explain', index, hasTokens, async ({ model, instance, now, say, answered }) => {
    const token = chosen(model.tokens, which)
    const want = spoiled(wantOf(token), amiss)
    say(`${token.label}, wrong: ${amiss}`)
    const told = await instance.explain(token.text, want)
    answered(told.reason ?? 'active')
    const expected = expectedResult(model, token, now, want)
    if (told.reason === undefined) return assert.ok(expected.active, 'active; must be refused')
    assertRefused({ ...told, reason: told.reason }, expected, `explain ${token.label}`)
    assert.equal(told.active, false)
  }),
)
