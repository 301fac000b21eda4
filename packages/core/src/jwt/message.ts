import * as v from 'valibot'
import type { Context } from '../context.ts'
import { invalidClaim } from '../decision/decide.ts'
import type { Refusal } from '../decision/types.ts'
import { deepFreeze } from '../input/freeze.ts'
import { strings } from '../input/primitives.ts'
import type { parseReceiveOptions } from '../input/receive.schema.ts'
import type { Policy } from '../policy/policy.ts'
import { isName } from '../scopes/ids.ts'
import type { Deadline } from '../store/deadline.ts'
import type { MessageClaims } from '../types/messages.ts'
import { date, toMs } from './claims.ts'
import { parseCompact } from './compact.ts'
import { unsafeMember } from './member-names.ts'

type Requirements = ReturnType<typeof parseReceiveOptions>

/** A message whose signature is valid, and that meets the requirements. */
export interface AuthenticatedMessage {
  readonly claims: MessageClaims
  /** In ms since 1970. */
  readonly issuedAt: number
  /** From when on it would be refused, in ms since 1970. */
  readonly expiresAt: number
}

const name = v.custom<string>(isName)
const schema = v.looseObject({
  iss: name,
  aud: strings,
  iat: date,
  jti: name,
  exp: v.exactOptional(date),
  nbf: v.exactOptional(date),
  sub: v.exactOptional(name),
  sid: v.exactOptional(name),
})

/**
 * Everything that can refuse a message without the store.
 * @throws `TOKENWARD_KEYS_UNAVAILABLE`
 */
export async function authenticateMessage(
  { issuers, policy }: Context,
  message: unknown,
  requirements: Requirements,
  deadline: Deadline,
): Promise<AuthenticatedMessage | Refusal> {
  const compact = parseCompact(message)
  if (typeof compact === 'string') return { active: false, reason: compact }
  const issuer = issuers.get(compact.payload['iss'] as string)
  // The instance itself signs no messages.
  if (!issuer?.trusted)
    return { active: false, reason: 'untrusted', claim: 'iss', expected: 'a trusted issuer' }
  const wrong = await issuer.check(compact, deadline)
  if (wrong !== null) return { active: false, reason: wrong }
  const { typ, audience } = requirements
  if (typ !== null && compact.typ !== typ.toLowerCase()) return invalidClaim('typ', typ)
  const unsafe = unsafeMember(compact.payload)
  if (unsafe !== null) return invalidClaim(unsafe, 'no member of that name')
  const parsed = v.safeParse(schema, compact.payload)
  if (!parsed.success)
    return invalidClaim(String(parsed.issues[0].path?.[0]?.key ?? ''), 'a value of the right type')
  const { aud } = parsed.output
  if (![audience].flat().some((accepted) => [aud].flat().includes(accepted)))
    return invalidClaim('aud', [audience].flat().join(' or '))
  return judgeDates(deepFreeze(parsed.output), requirements, policy)
}

function judgeDates(
  claims: v.InferOutput<typeof schema>,
  { maxAge }: Requirements,
  policy: Policy,
): AuthenticatedMessage | Refusal {
  const now = policy.clock()
  const issuedAt = toMs(claims.iat)
  const oldest = issuedAt + maxAge
  const expiresAt = claims.exp === undefined ? oldest : Math.min(toMs(claims.exp), oldest)
  if (now >= expiresAt + policy.leeway) return { active: false, reason: 'expired' }
  if (issuedAt > now + policy.skew) return invalidClaim('iat', 'a time in the past')
  if (claims.nbf !== undefined && toMs(claims.nbf) > now + policy.leeway)
    return invalidClaim('nbf', 'a time in the past')
  return { claims, issuedAt, expiresAt }
}
