import {
  isTokenwardError,
  type RotateOptions,
  type RotateResult,
  type Tokenward,
} from '@tokenward/core'
import type { Failure } from '../answers/failure.ts'
import type { Rejection } from './endpoint.ts'
import { readUnverified } from './unverified.ts'

/** Whose claims are computed: a login whose refresh token is about to be exchanged. */
export interface RefreshedLogin {
  readonly subject: string
  readonly client: string
  readonly session: string
}

/** What computes the claims of the new access token. */
export type ClaimsOf<C extends object> = (login: RefreshedLogin) => C | Promise<C>

/** Exchanges a refresh token. */
export type Exchange = (
  token: string,
  request: ExchangeRequest,
) => Promise<RotateResult | Rejection>

interface ExchangeRequest {
  readonly client?: string | undefined
  readonly scope?: string | undefined
}

/** One answer for every reason: an attacker must not learn which one it was. */
export const INVALID_GRANT: Failure = {
  status: 400,
  error: 'invalid_grant',
  description: 'The refresh token is not valid.',
}

const INVALID_SCOPE: Failure = {
  status: 400,
  error: 'invalid_scope',
  description: 'The scope must be part of the one that was granted.',
}

/** The instance as an {@link Exchange}. */
export async function rotate<C extends object>(
  tokens: Pick<Tokenward<C>, 'rotate'>,
  token: string,
  { client, scope }: ExchangeRequest,
  claims: ClaimsOf<C> | undefined,
): Promise<RotateResult | Rejection> {
  const options: RotateOptions<C> = {
    ...(client === undefined ? {} : { client }),
    ...(scope === undefined ? {} : { scope }),
    // It is called only after the token was verified.
    ...(claims === undefined ? {} : { claims: () => claims(loginOf(token)) }),
  }
  try {
    return await tokens.rotate(token, options)
  } catch (error) {
    const isWrongScope =
      isTokenwardError(error, 'TOKENWARD_INVALID_INPUT') && error.path === 'options.scope'
    if (isWrongScope) return { failure: INVALID_SCOPE }
    throw error
  }
}

function loginOf(token: string): RefreshedLogin {
  const { sub = '', client_id: client, sid: session } = readUnverified(token)?.claims ?? {}
  return { subject: sub, client: String(client), session: String(session) }
}

/** The members of an answer with an access token (RFC 6749 §5.1). */
export function tokenBody(accessToken: string, expiresIn: number): object {
  return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn }
}
