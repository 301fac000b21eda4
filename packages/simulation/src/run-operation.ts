import type { IssueOptions, Target, Tokenward } from '@tokenward/core'
import type { OperationRequest } from './generate-operation.ts'
import type { Answer, KnownToken, Operation, Revocation } from './history.ts'
import type { Machine } from './machine.ts'
import { claimsOf, ISSUER } from './tokens.ts'

/** The state of the application: the current privileges, which claims contain. */
export interface Application {
  privileges: number
}

/** Calls an instance. */
export function callInstance(
  instance: Tokenward,
  request: OperationRequest,
  operation: Operation,
  application: Application,
): Promise<Answer> {
  const claims = () => ({ v: application.privileges })
  switch (request.what) {
    case 'issue': {
      const { subject, client, refresh, counts } = request
      const given = { none: {}, object: { claims: claims() }, function: { claims } }[request.claims]
      return instance.issue({
        subject,
        client,
        refresh,
        ...given,
        ...(counts && refresh && { data: { count: 0 } }),
      } as IssueOptions) as Promise<Answer>
    }
    case 'verify': {
      const kind = request.token.kind === 'refresh' ? 'refresh' : 'access'
      const { data = false } = request
      return instance.verify(request.token.text, { kind, data }) as Promise<Answer>
    }
    case 'update':
      return instance.updateData(request.token.text, counted) as Promise<Answer>
    case 'save':
      return instance.save(request.token.text)
    case 'consume': {
      const { idempotency, token } = request
      const want = idempotency === null ? {} : { idempotencyKey: idempotency }
      return instance.consume(token.text, want) as Promise<Answer>
    }
    case 'rotate':
      return instance.rotate(request.token.text, request.givesClaims ? { claims } : {})
    case 'revoke':
      return revoke(instance, request, operation)
    case 'prune':
      return instance.prune()
  }
}

function counted(data: object | null): object {
  const { count } = data as { count: number }
  return { count: count + 1 }
}

function revoke(
  instance: Tokenward,
  { revocation, by }: OperationRequest & { what: 'revoke' },
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
export function newOperation(
  id: number,
  step: number,
  machine: Machine,
  request: OperationRequest,
): Operation {
  const { clock, name } = machine
  return {
    id,
    machine: name,
    what: request.what,
    token: 'token' in request ? request.token : null,
    revocation: null,
    idempotency: request.what === 'consume' ? request.idempotency : null,
    givesClaims: request.what === 'rotate' && request.givesClaims,
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
export function newTokens(
  operation: Operation,
  request: OperationRequest,
  known: readonly KnownToken[],
): readonly KnownToken[] {
  const { answer, token } = operation
  if (answer?.accessToken === undefined) return []
  const login =
    request.what === 'issue'
      ? {
          subject: request.subject,
          client: request.client,
          claims: request.claims,
          login: operation,
        }
      : token
  if (login === null) return []
  const { subject, client, claims } = login
  const access = claimsOf(answer.accessToken)
  const loginAt = token?.loginAt ?? access.tw?.l ?? access.tw?.t ?? Number.NaN
  const common = { subject, client, claims, loginAt, login: login.login, by: operation }
  const session = answer.session ?? null
  const gain: KnownToken[] = [
    {
      ...common,
      name: `A${known.length + 1}`,
      kind: 'access',
      text: answer.accessToken,
      jti: access.jti,
      session,
      generation: null,
      expiresAt: access.exp * 1000,
    },
  ]
  if (answer.refreshToken === undefined) return gain
  const refresh = claimsOf(answer.refreshToken)
  if (known.some(({ jti }) => jti === refresh.jti)) return gain
  const generation = refresh.tw?.n ?? Number.NaN
  const expiresAt = Math.floor(Math.round(refresh.exp * 1e6) / 1e3)
  gain.push({
    ...common,
    name: `R${known.length + 2}.${generation}`,
    kind: 'refresh',
    text: answer.refreshToken,
    jti: refresh.jti,
    session,
    generation,
    expiresAt,
  })
  return gain
}
