import type { MessageClaims, OneOrMany, Target } from '@tokenward/core'
import { InvalidInput, parseObject } from '@tokenward/core/adapter'
import { emptyResponse } from '../answers/answer.ts'
import { invalidRequest } from '../answers/failure.ts'
import { optional, parseAudience } from '../guard/options.ts'
import { parseFunction, parseInstance } from '../options/checks.ts'
import { isObject } from '../options/values.ts'
import { readForm } from '../request/form.ts'
import { type Endpoint, type EndpointOptions, endpoint, type Rejection } from './endpoint.ts'
import { listOf, type Receiver, receiveMessage, type Targets, type TargetsOf } from './messages.ts'
import { parseOnRefused } from './options.ts'

/** The options of {@link backchannelLogout}. */
export interface BackchannelLogoutOptions extends EndpointOptions {
  /** The ids of your client at the providers: one must be in the claim `aud` of the logout token. */
  readonly audience: OneOrMany
  /**
   * The header `typ` of logout tokens. `null` accepts any, for providers that follow an older draft.
   * @default 'logout+jwt'
   */
  readonly typ?: string | null
  /**
   * What a logout ends, where your users or sessions have other names than at the provider. What it names is
   * revoked before the answer.
   * @default the session `sid` of the issuer, or without one its subject `sub`
   * @example
   * target: async ({ iss, sub }) => ({ subject: await userOf(iss, sub) })
   */
  readonly target?: (claims: MessageClaims) => Targets | Promise<Targets>
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const MISSING = invalidRequest('The parameter logout_token is missing.')
const INVALID = invalidRequest('The logout token is not valid.')

/**
 * The receiver of logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.5). The provider must be in the
 * option `trust` of the instance, whose keys verify the token.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 * @example
 * app.post('/logout/backchannel', (c) => endpoint(c.req.raw))
 */
export function backchannelLogout(tokens: Receiver, options: BackchannelLogoutOptions): Endpoint {
  const receiver = parseInstance<Receiver>(tokens, ['receive', 'revoke'])
  const parsed = parseObject('options', options, ['audience', 'typ', 'target', 'onRefused'])
  const audience = parseAudience('audience', parsed.audience)
  const typ = optional('typ', parsed.typ, parseTyp)
  const requirements = { audience, typ: typ === undefined ? 'logout+jwt' : typ }
  type Callback = NonNullable<BackchannelLogoutOptions['target']>
  const target = optional('target', parsed.target, parseFunction<Callback>)
  const onRefused = parseOnRefused(parsed.onRefused)
  const targetsOf: TargetsOf = async (claims) => {
    if (!isLogoutToken(claims)) return INVALID
    return target === undefined ? targetsIn(claims) : listOf(await target(claims))
  }
  return endpoint(['POST'], onRefused, async (request) => {
    const form = await readForm(request)
    if ('status' in form) return { failure: form }
    const token = form.get('logout_token')
    if (token === undefined) return { failure: MISSING }
    return answerOf(await receiveMessage(receiver, token, requirements, targetsOf))
  })
}

function answerOf(outcome: Awaited<ReturnType<typeof receiveMessage>>): Response | Rejection {
  if ('status' in outcome) return { failure: outcome }
  if (!outcome.received) return { failure: INVALID, result: { reason: outcome.reason } }
  return emptyResponse(200)
}

function parseTyp(path: string, value: unknown): string | null {
  if (value === null || (typeof value === 'string' && value !== '')) return value
  throw new InvalidInput(path, 'must be a string, or null.')
}

/** What tells a logout token from an ID token (§2.6, steps 5 to 7). */
function isLogoutToken({ events, sub, sid, ...others }: MessageClaims): boolean {
  const event: unknown = isObject(events) ? events[EVENT] : undefined
  return isObject(event) && !('nonce' in others) && (sub !== undefined || sid !== undefined)
}

function targetsIn({ iss: issuer, sid: session, sub: subject }: MessageClaims): readonly Target[] {
  if (session !== undefined) return [{ issuer, session }]
  return subject === undefined ? [] : [{ issuer, subject }]
}
