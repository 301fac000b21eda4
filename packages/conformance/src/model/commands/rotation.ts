import assert from 'node:assert/strict'
import { isTokenwardError, type RotateOptions, type RotateResult } from '@tokenward/core'
import { claimsOf } from '../../harness/handmade-tokens.ts'
import { changedSince, type ExpectedRefusal, expectedResult } from '../expected-result.ts'
import type { Claims, Login, Model, Token } from '../model.ts'
import { possibleOutcomes, type RotationOutcome } from '../rotation-outcome.ts'
import { assertRefused, choose, type Step, type StepContext, step } from '../step.ts'
import { addAccess, addRefresh } from './issue.ts'

export interface Choices {
  readonly index: number
  readonly which: number
  /** Also a token that is past, or was revoked. */
  readonly isAny?: boolean
  /** How many generations back; 0 is the newest. */
  readonly age: number
  readonly claims: Claims
  readonly scope: string | undefined
}

/** One rotation, and its effect on the model. */
export function rotate(choices: Choices): Step {
  const can = ({ logins }: Model) => logins.length > 0
  return step('rotate', choices.index, can, async (context) => {
    const { model, instance } = context
    const { claims, scope } = choices
    const login = loginOf(context, choices)
    const token = refreshOf(model, login, Math.max(1, login.generation - choices.age))
    const given = claims === 'none' ? undefined : `role ${model.order}`
    context.log(`${token.label} of generation ${token.generation}, claims: ${claims}`)
    const right = answersTo(context, token, login, choices)
    const answer = await instance
      .rotate(token.text, changeOf(claims, given, scope))
      .catch(refusedInput)
    const answered = nameOf(answer)
    context.answered(answered)
    if ('reasons' in right && answer !== INVALID && !answer.active) {
      return assertRefused(answer, right, `rotate ${token.label}`)
    }
    const names = 'reasons' in right ? right.reasons : right
    assert.ok(names.includes(answered as never), `${answered}; must be ${names.join(' or ')}`)
    if (answer === INVALID) return
    if (answer.active) succeed(context, answer, { token, login, given, ...choices })
    if (answered === 'reused') revokeSession(context, login)
  })
}

/** Usually an active one: the others test less. */
function loginOf({ model, now }: StepContext, { which, isAny = false }: Choices): Login {
  const living = model.logins.filter((login) => {
    const result = expectedResult(model, refreshOf(model, login, login.generation), now)
    return result.active
  })
  return choose(isAny || living.length === 0 ? model.logins : living, which)
}

/** Any encoding of a generation: the last one that was returned. */
function refreshOf({ tokens }: Model, login: Login, generation: number): Token {
  const found = tokens.findLast(
    (token) => token.login === login && token.kind === 'refresh' && token.generation === generation,
  )
  if (found === undefined) throw new RangeError(`no generation ${generation}`)
  return found
}

function changeOf(
  claims: Claims,
  role: string | undefined,
  scope: string | undefined,
): RotateOptions {
  return {
    ...(scope !== undefined && { scope }),
    ...(claims !== 'none' && { claims: claims === 'object' ? { role } : () => ({ role }) }),
  }
}

const INVALID = 'TOKENWARD_INVALID_INPUT'

function refusedInput(error: unknown): typeof INVALID {
  if (isTokenwardError(error, INVALID)) return INVALID
  throw error
}

function nameOf(answer: RotateResult | typeof INVALID): string {
  if (answer === INVALID) return answer
  if (!answer.active) return answer.reason
  return answer.retried ? 'retried' : 'rotated'
}

type Names = readonly (RotationOutcome | 'stale-claims' | typeof INVALID)[]

function answersTo(
  { model, now }: StepContext,
  token: Token,
  login: Login,
  choices: Choices,
): ExpectedRefusal | Names {
  const result = expectedResult(model, token, now)
  const isPast = !result.active && result.reasons.includes('expired')
  const { scope, claims } = choices
  if (!isPast && scope !== undefined && !login.scope?.split(' ').includes(scope)) return [INVALID]
  // A token that has a successor may be given it again.
  if (!result.active && !result.reasons.includes('consumed')) return result
  const outcomes = possibleOutcomes(login, token.generation, model.rules, now)
  const isFresh = mayBeFresh(model, token, login, claims)
  const isStale = mayBeStale(model, token, login, claims)
  return outcomes.flatMap((outcome) =>
    outcome === 'rotated' || outcome === 'retried'
      ? [...(isFresh ? [outcome] : []), ...(isStale ? (['stale-claims'] as const) : [])]
      : [outcome],
  )
}

/** Whether the claims may be fresh, as far as the model can know. */
function mayBeFresh(model: Model, token: Token, login: Login, given: Claims): boolean {
  if (given === 'function') return true
  // The caller obtained them no later than now, but it is unknown how much earlier.
  if (given === 'object') return !changedSince(model, login.principal, token.order)
  if (login.claims === 'function') return false
  return token.role === undefined || !changedSince(model, login.principal, token.obtained)
}

function mayBeStale(model: Model, token: Token, login: Login, given: Claims): boolean {
  if (given === 'function') return false
  if (given === 'none' && login.claims === 'function') return true
  const carried = given === 'object' || token.role !== undefined
  return carried && changedSince(model, login.principal, login.order)
}

interface Success extends Choices {
  readonly token: Token
  readonly login: Login
  readonly given: string | undefined
}

function succeed(
  context: StepContext,
  answer: Extract<RotateResult, { active: true }>,
  success: Success,
): void {
  const { model, now } = context
  const { token, login, given, claims } = success
  const { audience, lifetime } = login
  const { role, obtained } = claims === 'object' ? { role: given, obtained: model.order } : token
  const carried = { role, obtained }
  const scope = success.scope ?? login.scope
  const granted = {
    principal: login.principal,
    login,
    audience,
    lifetime,
    scope,
    role: given ?? token.role,
  }
  const { endsAt, retried, refreshToken } = answer
  assert.equal(endsAt, login.endsAt, 'the end of the login')
  if (retried) {
    const before = refreshOf(model, login, token.generation + 1)
    assert.deepEqual(identityOf(refreshToken), identityOf(before.text), 'its own successor')
    addRefresh(context, refreshToken, login, carried, before)
  } else {
    login.rotatedAt.push(now)
    login.generation++
    addRefresh(context, refreshToken, login, carried)
  }
  addAccess(context, answer, granted)
}

/** The same for every encoding of one token. */
function identityOf(token: string): object {
  const { jti, iat, exp } = claimsOf(token)
  return { jti, iat, exp }
}

function revokeSession({ model, now }: StepContext, { principal }: Login): void {
  const of = { issuer: principal.issuer, session: principal.session }
  model.revocations.push({ of, kind: 'now', at: now, order: model.order, note: null })
}
