import type { Inactive } from '@tokenward/core'
import { isObject } from '../options/values.ts'
import type { Credentials } from '../request/credentials.ts'
import type { GuardSettings } from './options.ts'

/**
 * Checks that the client possesses the key that a token is bound to (RFC 7800).
 * @returns `null`: it does, or the token is bound to no key
 */
export async function checkConfirmation<R>(
  claims: object,
  credentials: Credentials,
  request: R,
  { confirm }: GuardSettings<R>,
): Promise<Inactive | null> {
  const isProof = credentials.scheme === 'DPoP'
  const cnf: unknown = Object.hasOwn(claims, 'cnf') ? Reflect.get(claims, 'cnf') : undefined
  // A token that is not bound must not be presented with a proof (RFC 9449 §7.1).
  if (cnf === undefined) return isProof ? unconfirmed('a key that the token is bound to') : null
  if (confirm === undefined || !isObject(cnf)) return unconfirmed('an object')
  // Without its proof, anyone could present a token that was stolen (RFC 9449 §7.2).
  if (Object.hasOwn(cnf, 'jkt') !== isProof) return unconfirmed(isProof ? 'jkt' : 'a DPoP proof')
  const isConfirmed: unknown = await confirm(cnf, request, credentials)
  return isConfirmed === true ? null : unconfirmed('the key of the client')
}

function unconfirmed(expected: string): Inactive {
  return { active: false, reason: 'invalid-claims', claim: 'cnf', expected }
}
