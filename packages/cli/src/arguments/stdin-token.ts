import { UsageError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { ResolvedOptions, StoreValues } from '../resolve-options.ts'
import { hasTarget, type TargetValues } from './targets.ts'

/** Reads the token from stdin, once it is certain that it can be verified. */
export async function readToken(
  values: StoreValues & TargetValues,
  { fromUrl }: ResolvedOptions,
  io: Io,
): Promise<string> {
  if (hasTarget(values) || (!fromUrl && values.issuer !== undefined)) {
    throw new UsageError('Do not combine a token on stdin with target options.')
  }
  if (fromUrl && (values.keys === undefined || values.issuer === undefined)) {
    throw new UsageError(
      'A token is verified first: add --keys FILE (a JWK set) and --issuer URL, or use a config.',
    )
  }
  const token = await io.readStdin()
  if (token === '') throw new UsageError('Stdin was empty: pass a token, - < FILE')
  io.redact(token)
  return token
}
