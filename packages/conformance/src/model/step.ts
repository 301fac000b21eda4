import assert from 'node:assert/strict'
import type { Tokenward, VerifyResult } from '@tokenward/core'
import type { Arbitrary, AsyncCommand } from 'fast-check'
import * as fc from 'fast-check'
import { type Expected, expectedResult } from './expected-result.ts'
import type { Model, Token } from './model.ts'
import type { SystemUnderTest } from './system-under-test.ts'

export type Step = AsyncCommand<Model, SystemUnderTest>
export type Steps = Arbitrary<Step>

/** What a step works with. */
export interface StepContext {
  readonly model: Model
  readonly system: SystemUnderTest
  /** Which instance is called. */
  readonly index: number
  readonly instance: Tokenward
  /** The time of its clock. */
  readonly now: number
  /** Writes to the transcript, before the step does it. */
  log(what: string): void
  /** Adds the answer. */
  answered(what: string): void
}

/**
 * A call of one instance.
 * @param can whether it makes sense in the current state
 */
export function step(
  name: string,
  index: number,
  can: (model: Model) => boolean,
  take: (context: StepContext) => Promise<void>,
): Step {
  return {
    check: can,
    async run(model, system) {
      model.order++
      const now = system.now(index)
      const { transcript } = system
      await take({
        model,
        system,
        index,
        now,
        instance: system.instance(index),
        log: (what) => void transcript.push(`instance ${index} (${clockOf(now)}) ${name} ${what}`),
        answered: (what) => void transcript.push(`${transcript.pop()} → ${what}`),
      })
    },
    toString: () => name,
  }
}

/** Which of the three instances. */
export const anyInstance: Arbitrary<number> = fc.nat({ max: 2 })
/** Which of several things, the newest first. */
export const anyIndex: Arbitrary<number> = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 40 }))

export const always = (): boolean => true
export const hasTokens = ({ tokens }: Model): boolean => tokens.length > 0

/** @param index counted from the newest, modulo the length */
export function choose<T>(from: readonly T[], index: number): T {
  const found = from.at(-1 - (index % from.length))
  if (found === undefined) throw new RangeError('nothing to choose from')
  return found
}

function clockOf(instant: number): string {
  return new Date(instant).toISOString().slice(11, -1)
}

/** Verifies every token by an instance. */
export async function verifyAll(
  model: Model,
  system: SystemUnderTest,
  index: number,
): Promise<void> {
  const instance = system.instance(index)
  const now = system.now(index)
  await Promise.all(
    model.tokens.map(async (token) => {
      const options = requirementsOf(token)
      const data = model.rules.isSealed
      const result = await instance.verify(token.text, { ...options, data })
      const expected = expectedResult(model, token, now, options)
      const what = `instance ${index} (${clockOf(now)}) on ${token.label}`
      assertResult(result, expected, token, what)
      if (result.active && data) assertData(result.data ?? null, token, what)
    }),
  )
}

/** What is kept with a token: with its login, where it has one. */
export function assertData(data: object | null, { login, state }: Token, what: string): void {
  const { data: expected } = login?.kept ?? state.kept ?? { data: null }
  if (expected !== 'unknown') assert.deepEqual(data, expected, `${what}: its data`)
}

/** The requirements that a token meets. */
export function requirementsOf({ kind, audience }: Token): {
  kind: 'access' | 'refresh'
  audience: string
} {
  return { kind, audience }
}

export function assertResult(
  result: VerifyResult,
  expected: Expected,
  token: Token,
  what: string,
): void {
  if (!result.active) {
    assertRefused(result, expected, what)
    return
  }
  if (!expected.active) assert.fail(`${what}: accepted; must be ${expected.reasons.join(' or ')}`)
  const { sub, client_id: client, role } = result.claims as { role?: string } & typeof result.claims
  assert.equal(result.storeChecked, true, `${what}: accepted without asking the store`)
  assert.equal(result.expiresAt, token.expiresAt, `${what}: its end`)
  const { subject, client: owner } = token.principal
  // Claims that a refresh token carries are for its successors only.
  const expectedRole = token.kind === 'access' ? token.role : undefined
  const right = { subject, client: owner, role: expectedRole }
  assert.deepEqual({ subject: sub, client, role }, right, `${what}: its claims`)
}

/** The reason is a correct one, and the returned revocation is one that happened. */
export function assertRefused(refusal: Refusal, expected: Expected, what: string): void {
  const { reason, decidedBy: scope, at, note } = refusal
  const said = `${what}: ${reason}${scope ? ` (${scope})` : ''}`
  if (expected.active) assert.fail(`${said}; must be active`)
  const { reasons, causes } = expected
  assert.ok(reasons.includes(reason), `${said}; must be ${reasons.join(' or ')}`)
  if (causes === undefined) return
  const named = causes.filter((cause) => cause.scope === scope)
  assert.ok(
    named.length > 0,
    `${said}; the cause must be ${causes.map((c) => c.scope).join(' or ')}`,
  )
  if (!('at' in refusal)) return
  const isTrue = named.some(
    (cause) => cause.at === at && (cause.note == null || isSame(cause.note, note ?? {})),
  )
  assert.ok(isTrue, `${said} at ${at} ${JSON.stringify(note)}; was ${JSON.stringify(named)}`)
}

type Refusal = Pick<
  Extract<VerifyResult, { active: false }>,
  'reason' | 'decidedBy' | 'at' | 'note'
>

export function isSame(one: object, other: object): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
}
