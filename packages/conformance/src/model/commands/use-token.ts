import assert from 'node:assert/strict'
import type { VerifyOptions } from '@tokenward/core'
import * as fc from 'fast-check'
import { ISSUER } from '../../harness/instance-options.ts'
import { expectedResult } from '../expected-result.ts'
import type { Model, Token } from '../model.ts'
import {
  anyIndex,
  anyInstance,
  assertRefused,
  assertResult,
  choose,
  hasTokens,
  requirementsOf,
  type Steps,
  step,
  verifyAll,
} from '../step.ts'
import { OTHER_AUDIENCE } from './grant.ts'

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
  step('verify', index, hasTokens, async ({ model, instance, now, log, answered }) => {
    const token = choose(model.tokens, which)
    const options = corrupted(requirementsOf(token), amiss)
    log(`${token.label}, wrong: ${amiss}`)
    const result = await instance.verify(token.text, options)
    answered(result.active ? 'active' : result.reason)
    assertResult(result, expectedResult(model, token, now, options), token, `verify ${token.label}`)
  }),
)

export const verifyingAll: Steps = anyInstance.map((index) =>
  step('verify', index, hasTokens, async ({ model, system, log }) => {
    log('all')
    await verifyAll(model, system, index)
  }),
)

/** Access tokens once, and again with the same idempotency key; refresh tokens never. */
export const consuming: Steps = choices.map((chose) =>
  step('consume', chose.index, hasTokens, async ({ model, instance, now, log, answered }) => {
    const { idempotencyKey: key, amiss } = chose
    const token = consumable(model, chose.which)
    const options = corrupted(requirementsOf(token), amiss)
    log(`${token.label}, key: ${key}, wrong: ${amiss}`)
    const result = await instance.consume(token.text, {
      ...options,
      ...(key && { idempotencyKey: key }),
    })
    answered(result.active ? 'active' : result.reason)
    const what = `consume ${token.label}`
    if (options.kind === 'refresh') return assertRefused(result as never, NEVER, what)
    const expected = expectedResult(model, token, now, options)
    const { consumed } = token.state
    const isOurs = consumed !== undefined && key !== undefined && consumed.key === key
    const isSpent = !expected.active && expected.reasons.includes('consumed')
    const right = isSpent && isOurs ? ACTIVE : expected
    assertResult(result, right, token, what)
    if (expected.active) token.state.consumed = { at: now, key }
  }),
)

/** Usually one that was consumed, or can be. */
function consumable({ tokens }: Model, which: number): Token {
  const consumed = tokens.filter(({ state }) => state.consumed)
  if (consumed.length > 0 && which % 2 === 0) return choose(consumed, which / 2)
  const access = tokens.filter(({ kind }) => kind === 'access')
  return choose(access.length > 0 && which < 10 ? access : tokens, which)
}

const ACTIVE = { active: true } as const
const NEVER = { active: false, reasons: ['invalid-claims'] } as const

function corrupted(options: VerifyOptions, amiss: Choices['amiss']): VerifyOptions {
  const { kind, audience } = options
  if (amiss === 'kind') return { ...options, kind: kind === 'access' ? 'refresh' : 'access' }
  if (amiss === 'scope') return { ...options, scope: 'admin' }
  if (amiss === 'audience')
    return { ...options, audience: audience === ISSUER ? OTHER_AUDIENCE : ISSUER }
  return options
}

/** The explanation of a verification, with the same requirements. */
export const explaining: Steps = choices.map(({ index, which, amiss }) =>
  step('explain', index, hasTokens, async ({ model, instance, now, log, answered }) => {
    const token = choose(model.tokens, which)
    const options = corrupted(requirementsOf(token), amiss)
    log(`${token.label}, wrong: ${amiss}`)
    const lines = await instance.explain(token.text, options)
    answered(lines.reason ?? 'active')
    const expected = expectedResult(model, token, now, options)
    if (lines.reason === undefined) return assert.ok(expected.active, 'active; must be refused')
    assertRefused({ ...lines, reason: lines.reason }, expected, `explain ${token.label}`)
    assert.equal(lines.active, false)
  }),
)
