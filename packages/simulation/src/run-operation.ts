import type { IssueOptions, Target, Tokenward } from '@tokenward/core'
import type { Order } from './generate-operation.ts'
import type { Answer, Known, Operation, Revocation } from './history.ts'
import type { Machine } from './machine.ts'
import { claimsOf, ISSUER } from './tokens.ts'

/** The state of the application: the current privileges, which claims contain. */
export interface Application {
  privileges: number
}

/** Calls an instance. */
export function ask(
  instance: Tokenward,
  order: Order,
  operation: Operation,
  application: Application,
): Promise<Answer> {
  const claims = () => ({ v: application.privileges })
  switch (order.what) {
    case 'issue': {
      const { subject, client, refresh } = order
      const given = { none: {}, object: { claims: claims() }, function: { claims } }[order.claims]
      return instance.issue({
        subject,
        client,
        refresh,
        ...given,
      } as IssueOptions) as Promise<Answer>
    }
    case 'verify': {
      const kind = order.token.kind === 'refresh' ? 'refresh' : 'access'
      return instance.verify(order.token.text, { kind }) as Promise<Answer>
    }
    case 'save':
      return instance.save(order.token.text)
    case 'consume': {
      const { idempotency, token } = order
      const want = idempotency === null ? {} : { idempotencyKey: idempotency }
      return instance.consume(token.text, want) as Promise<Answer>
    }
    case 'rotate':
      return instance.rotate(order.token.text, order.brings ? { claims } : {})
    case 'revoke':
      return revoke(instance, order, operation)
    case 'prune':
      return instance.prune()
  }
}

function revoke(
  instance: Tokenward,
  { revocation, by }: Order & { what: 'revoke' },
  { id }: Operation,
): Promise<Answer> {
  const { kind, before, of } = revocation
  const note = { reason: `#${id}` }
  if (by !== 'target') {
    return instance.revoke(of.text, { ...note, ...(by === 'cascade' && { cascade: true }) })
  }
  return instance.revoke(targetOf(revocation), {
    ...note,
    ...(kind === 'access' && { only: 'access' }),
    ...(before !== null && { before }),
  })
}

function targetOf({ scope, of }: Omit<Revocation, 'privileges'>): Target {
  const { subject, client, session, jti } = of
  switch (scope) {
    case 'global':
      return { everything: true }
    case 'issuer':
      return { issuer: ISSUER }
    case 'client':
      return { client }
    case 'subject':
      return { subject }
    case 'subject+client':
      return { subject, client }
    case 'session':
      return { session: session ?? '' }
    case 'token':
      return { jti }
  }
}

/** An operation that begins now. */
export function begin(id: number, step: number, machine: Machine, order: Order): Operation {
  const { clock, name } = machine
  return {
    id,
    machine: name,
    what: order.what,
    token: 'token' in order ? order.token : null,
    revocation: null,
    idempotency: order.what === 'consume' ? order.idempotency : null,
    brings: order.what === 'rotate' && order.brings,
    invoked: step,
    returned: Number.POSITIVE_INFINITY,
    earliest: clock,
    latest: clock,
    ended: clock,
    disturbed: false,
    answers: 0,
    answer: null,
    error: null,
  }
}

/** The tokens in an answer that were not known before. */
export function gained(
  operation: Operation,
  order: Order,
  known: readonly Known[],
): readonly Known[] {
  const { answer, token } = operation
  if (answer?.accessToken === undefined) return []
  const login =
    order.what === 'issue'
      ? { subject: order.subject, client: order.client, claims: order.claims, login: operation }
      : token
  if (login === null) return []
  const { subject, client, claims } = login
  const access = claimsOf(answer.accessToken)
  const loginAt = token?.loginAt ?? access.tw?.l ?? access.tw?.t ?? Number.NaN
  const common = { subject, client, claims, loginAt, login: login.login, by: operation }
  const session = answer.session ?? null
  const gain: Known[] = [
    {
      ...common,
      ...{ name: `A${known.length + 1}`, kind: 'access', text: answer.accessToken },
      ...{ jti: access.jti, session, generation: null, expiresAt: access.exp * 1000 },
    },
  ]
  if (answer.refreshToken === undefined) return gain
  const refresh = claimsOf(answer.refreshToken)
  if (known.some(({ jti }) => jti === refresh.jti)) return gain
  const generation = refresh.tw?.n ?? Number.NaN
  const expiresAt = Math.floor(Math.round(refresh.exp * 1e6) / 1e3)
  gain.push({
    ...common,
    ...{ name: `R${known.length + 2}.${generation}`, kind: 'refresh', text: answer.refreshToken },
    ...{ jti: refresh.jti, session, generation, expiresAt },
  })
  return gain
}
