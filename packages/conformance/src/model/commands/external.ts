import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { type SigningKey, signToken } from '../../harness/handmade-tokens.ts'
import { ISSUER } from '../../harness/instance-options.ts'
import { expectedResult } from '../expected-result.ts'
import type { Model, Token } from '../model.ts'
import {
  always,
  anyIndex,
  anyInstance,
  assertRefused,
  choose,
  type Step,
  type Steps,
  step,
} from '../step.ts'
import { anyClient, anySubject } from './issue.ts'

interface Choices {
  readonly origin: 'external' | 'plain'
  readonly subject: string
  readonly client: string
  /** A session of the provider. */
  readonly session: string | undefined
  readonly hasId: boolean
  /** seconds */
  readonly lifetime: number
  readonly issued: Issued
}

/** Seconds: near now, or near the time of a revocation. */
interface Issued {
  readonly beside: 'now' | 'revocation'
  readonly which: number
  readonly by: number
}

const anyInstant: fc.Arbitrary<Issued> = fc.oneof(
  fc.record({
    beside: fc.constant('now' as const),
    which: fc.constant(0),
    by: fc.constantFrom(0, -1, -5, -6, -60, -1_800, -3_600, -3_594, 1, 5, 6, 60),
  }),
  fc.record({
    beside: fc.constant('revocation' as const),
    which: anyIndex,
    by: fc.constantFrom(0, -1, 1, 2, -5, -6),
  }),
)

/** Tokens that no instance signed: an identity provider's, and older ones of the instances' issuer. */
export const arriving: Steps = fc
  .record({
    origin: fc.constantFrom<Choices['origin'][]>('external', 'plain'),
    subject: anySubject,
    client: anyClient,
    session: fc.constantFrom(undefined, 'session'),
    hasId: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    lifetime: fc.constantFrom(600, 7_200, 7_201),
    issued: anyInstant,
  })
  .map(arrive)

function arrive(choices: Choices): Step {
  return step('met', 0, always, async ({ model, system, log }) => {
    const { origin, subject, client, session, hasId, lifetime } = choices
    const iat = instantOf(choices.issued, model, system.clock())
    const label = `${origin === 'external' ? 'f' : 'p'}${model.tokens.length}`
    const jti = hasId ? `${label}-${crypto.randomUUID()}` : undefined
    const claims = {
      sub: subject,
      client_id: client,
      iat,
      exp: iat + lifetime,
      ...(jti !== undefined && { jti }),
      ...(session !== undefined && { sid: session }),
    }
    const { provider, keys } = system.context.environment
    const text = await (origin === 'external'
      ? provider.sign(claims)
      : signToken(keys[0] as SigningKey, { claims: { ...claims, iss: ISSUER, aud: ISSUER } }))
    const issuer = origin === 'external' ? provider.issuer : ISSUER
    log(`${label} of ${subject} at ${client}, iat ${iat}, for ${lifetime} s`)
    const principal = { issuer, subject, client, ...(session !== undefined && { session }) }
    const issuedAt = iat * 1_000
    const token: Token = {
      label,
      text,
      kind: 'access',
      principal,
      origin,
      audience: ISSUER,
      jti,
      issuedAt,
      expiresAt: issuedAt + lifetime * 1_000,
      order: model.order,
      generation: 0,
      ...{
        scope: undefined,
        role: undefined,
        obtained: model.order,
        login: undefined,
        state: { stored: false },
      },
    }
    model.tokens.push(token)
  })
}

function instantOf(
  { beside, which, by }: Issued,
  { revocations, rules }: Model,
  now: number,
): number {
  if (beside === 'now') return Math.floor(now / 1_000) + by
  const { kind, at, before = 0 } = choose(revocations, which)
  return Math.floor((kind === 'before' ? before : at + rules.skew) / 1_000) + by
}

/** Whatever the token is: one that cannot be saved is refused. */
export const saving: Steps = fc.record({ index: anyInstance, which: anyIndex }).map(save)

function save({ index, which }: { index: number; which: number }): Step {
  const can = ({ tokens }: Model) => tokens.length > 0
  return step('save', index, can, async ({ model, instance, now, log, answered }) => {
    const unsaved = model.tokens.filter((t) => t.origin !== 'instance' && !t.state.stored)
    const token = choose(which % 4 > 0 && unsaved.length > 0 ? unsaved : model.tokens, which)
    log(token.label)
    const answer = await instance.save(token.text)
    answered(answer.saved ? 'saved' : answer.reason)
    const result = expectedResult(model, token, now)
    const isUnknown = !result.active && result.reasons.includes('not-found')
    const right = token.kind === 'refresh' ? REFRESH : isUnknown ? ACTIVE : result
    if (!answer.saved) return assertRefused(answer, right, `save ${token.label}`)
    assert.ok(right.active, 'saved; must be refused')
    assert.equal(answer.expiresAt, token.expiresAt)
    token.state.stored = true
  })
}

const ACTIVE = { active: true } as const
const REFRESH = { active: false, reasons: ['invalid-claims'] } as const
