import type { Io } from '../io.ts'
import type { Found, StoreValues } from '../options.ts'
import { UsageError } from '../usage-error.ts'
import { namesTarget, type TargetValues } from './targets.ts'

/** The token that comes by standard input, where there is what to verify it with. */
export async function tokenFor(
  values: StoreValues & TargetValues,
  { alone }: Found,
  io: Io,
): Promise<string> {
  if (namesTarget(values) || (!alone && values.issuer !== undefined)) {
    throw new UsageError('A token names whose it is: leave the options of a target out, or the -.')
  }
  if (alone && (values.keys === undefined || values.issuer === undefined)) {
    throw new UsageError(
      'A token is verified first: add --keys FILE (a JWK set) and --issuer URL, or use a config.',
    )
  }
  const token = await io.readInput()
  if (token === '') throw new UsageError('Standard input was empty: give a token, - < FILE')
  io.hide(token)
  return token
}
