import type { Context } from '../context.ts'
import { KeysUnavailable } from '../errors.ts'
import type { Tokenward } from '../types/tokenward.ts'

/** An instance that verifies by a URL has no keys to publish. */
export function jwks({ ownKeys }: Context): ReturnType<Tokenward['jwks']> {
  if (ownKeys !== null) return { keys: ownKeys.published }
  throw new KeysUnavailable(
    'This instance has no keys to publish, because it verifies by the URL of a JWK set: publish that URL.',
  )
}
