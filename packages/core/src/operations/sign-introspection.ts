import type { Context } from '../context.ts'
import { InvalidInput } from '../errors.ts'
import { name, parse } from '../input/parse.ts'
import { signerOf } from '../issuing/token-drafts.ts'

/** The header `typ` of a response (RFC 9701 §5). It is that of no token, so none can be forged by it. */
const TYP = 'token-introspection+jwt'

/** Signs the response of an introspection endpoint (RFC 9701 §5). */
export async function signIntrospection(
  context: Context,
  audience: string,
  introspection: object,
): Promise<{ readonly jwt: string }> {
  const { policy } = context
  const aud = parse(name, audience, 'audience')
  if (typeof introspection !== 'object' || introspection === null)
    throw new InvalidInput('introspection', 'must be an object.')
  const deadline = context.deadline()
  const signer = await signerOf(context, deadline)
  const iat = Math.floor(policy.clock() / 1000)
  const payload = { iss: policy.issuer, aud, iat, token_introspection: introspection }
  const bytes = new TextEncoder().encode(JSON.stringify(payload))
  return { jwt: await signer.sign({ typ: TYP, payload: bytes }, deadline) }
}
