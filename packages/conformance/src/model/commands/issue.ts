import assert from 'node:assert/strict'
import type { Issued, Login as LoginAnswer } from '@tokenward/core'
import * as fc from 'fast-check'
import { SECOND } from '../../harness/clock.ts'
import { ISSUER } from '../../harness/instance-options.ts'
import { covers } from '../expected-result.ts'
import type { Claims, Login, Model, Token } from '../model.ts'
import { always, anyInstance, type Step, type StepContext, type Steps, step } from '../step.ts'
import { type Choices, grantOf, OTHER_AUDIENCE } from './grant.ts'

export const anySubject: fc.Arbitrary<string> = fc.constantFrom('ada', 'bob')
export const anyClient: fc.Arbitrary<string> = fc.constantFrom('web', 'app')

/** Logins, and access tokens without a login. */
export const issuing: Steps = fc
  .record({
    index: anyInstance,
    subject: anySubject,
    client: anyClient,
    isLogin: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    claims: fc.constantFrom<Claims[]>('none', 'object', 'function'),
    scope: fc.constantFrom(undefined, 'read write'),
    lifetime: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(1_500, 30_000) },
    ),
    elsewhere: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
    hasData: fc.boolean(),
  })
  .map(issue)

function issue(choices: Choices): Step {
  return step('issue', choices.index, always, async (turn) => {
    const { model, instance } = turn
    const { subject, client, isLogin, claims, scope, lifetime, elsewhere } = choices
    const data = choices.hasData && model.rules.isSealed ? { of: model.order } : null
    const role = claims === 'none' ? undefined : `role ${model.order}`
    turn.log(
      `${subject} at ${client}${isLogin ? ', a login' : ''}${data ? ', data' : ''}, claims: ${claims}`,
    )
    const grant = grantOf(choices, role, data)
    const answer = isLogin
      ? await instance.issue(grant)
      : await instance.issue({ ...grant, refresh: false })
    const audience = elsewhere ? OTHER_AUDIENCE : ISSUER
    const started = isLogin
      ? logIn(turn, choices, answer as LoginAnswer, audience, data)
      : undefined
    const granted = { principal: { issuer: ISSUER, subject, client }, audience, scope, role }
    const access = addAccess(turn, answer, { ...granted, login: started, lifetime })
    if (!started) keepWithToken(model, access, data)
    const carried = { role: claims === 'object' ? role : undefined, obtained: model.order }
    const refresh =
      started && addRefresh(turn, (answer as LoginAnswer).refreshToken, started, carried)
    turn.answered([access.label, refresh?.label].join(' '))
  })
}

/** Where a token has a record. */
function keepWithToken({ rules }: Model, { state }: Token, data: object | null): void {
  if (data !== null || rules.policy === 'allowlist') state.kept = { data }
}

function logIn(
  { model, now }: StepContext,
  choices: Choices,
  answer: LoginAnswer,
  audience: string,
  data: object | null,
): Login {
  const { subject, client, claims, scope, lifetime = model.rules.access } = choices
  const principal = { issuer: ISSUER, subject, client, session: answer.session }
  const at = issueInstant(model, principal, now)
  const login: Login = {
    principal,
    at,
    order: model.order,
    endsAt: at + model.rules.session,
    audience,
    scope,
    claims,
    lifetime,
    generation: 1,
    rotatedAt: [],
    kept: { data },
  }
  assert.equal(answer.endsAt, login.endsAt, 'the end of the login')
  model.logins.push(login)
  return login
}

interface Granted extends Pick<Token, 'principal' | 'audience' | 'scope' | 'role' | 'login'> {
  /** ms */
  readonly lifetime: number | undefined
}

export function addAccess({ model, now }: StepContext, answer: Issued, granted: Granted): Token {
  const { login, lifetime = model.rules.access, ...rest } = granted
  const principal = login?.principal ?? granted.principal
  const issuedAt = issueInstant(model, principal, now)
  const { expiresAt } = answer
  // Dates are signed in seconds, so up to one second is lost.
  const longest = Math.min(issuedAt + lifetime, login?.endsAt ?? Number.POSITIVE_INFINITY)
  assert.ok(expiresAt <= longest, `a token outlives its lifetime by ${expiresAt - longest} ms`)
  assert.ok(expiresAt > longest - 1_000, `a token lives ${longest - expiresAt} ms too short`)
  const token: Token = {
    ...rest,
    ...{
      label: `a${model.tokens.length}`,
      text: answer.accessToken,
      kind: 'access',
      principal,
      login,
    },
    ...{
      origin: 'instance',
      jti: answer.jti,
      issuedAt,
      expiresAt,
      order: model.order,
      generation: 0,
    },
    obtained: model.order,
    state: { stored: model.rules.policy === 'allowlist' },
  }
  model.tokens.push(token)
  return token
}

/** @param same an earlier encoding of the same token */
export function addRefresh(
  { model }: StepContext,
  text: string,
  login: Login,
  carried: Pick<Token, 'role' | 'obtained'>,
  same?: Token,
): Token {
  const { principal, audience, scope, generation } = login
  const issuedAt = login.rotatedAt[generation - 2] ?? login.at
  const token: Token = same
    ? { ...same, ...carried, text, label: `r${model.tokens.length} (again ${same.label})` }
    : {
        ...{
          label: `r${model.tokens.length}`,
          text,
          kind: 'refresh',
          principal,
          audience,
          scope,
          ...carried,
        },
        ...{
          origin: 'instance',
          jti: `${principal.session}.${generation}`,
          issuedAt,
          generation,
          login,
        },
        order: model.order,
        state: { stored: true },
        // In whole seconds, as it is signed.
        expiresAt: wholeSecond(Math.min(issuedAt + model.rules.refresh, login.endsAt)),
      }
  model.tokens.push(token)
  return token
}

function wholeSecond(instant: number): number {
  return Math.floor(instant / SECOND) * SECOND
}

/** After every known `before`: a later login stays later, whatever its clock shows. */
function issueInstant({ revocations }: Model, principal: Token['principal'], now: number): number {
  const known = revocations.filter((r) => covers(r, principal)).map(({ before = 0 }) => before + 1)
  return Math.max(now, ...known)
}
