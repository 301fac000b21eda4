import type { Context } from '../context.ts'
import { KeysUnavailable } from '../errors.ts'

/** An instance that verifies by a URL has no keys to publish. */
export function jwks({ publicKeys }: Context): { readonly keys: Context['publicKeys'] } {
  if (publicKeys.length > 0) return { keys: publicKeys }
  throw new KeysUnavailable(
    'This instance has no keys to publish, because it verifies by the URL of a JWK set: publish that URL.',
  )
}
