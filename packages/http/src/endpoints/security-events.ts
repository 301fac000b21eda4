import type { MessageClaims, OneOrMany, Received, Target } from '@tokenward/core'
import { parseObject } from '@tokenward/core/adapter'
import { emptyResponse } from '../answers/answer.ts'
import { type Failure, invalidRequest, RETRY_AFTER_S } from '../answers/failure.ts'
import { optional, parseAudience } from '../guard/options.ts'
import { parseFunction, parseInstance } from '../options/checks.ts'
import { readBody } from '../request/body.ts'
import { type Endpoint, type EndpointOptions, endpoint, type Rejection } from './endpoint.ts'
import { listOf, type Receiver, receiveMessage, type Targets, type TargetsOf } from './messages.ts'
import { parseOnRefused } from './options.ts'
import { type SecurityEvent, subjectTargets } from './security-subject.ts'

/** The options of {@link securityEvents}. */
export interface SecurityEventsOptions extends EndpointOptions {
  /** The audience of the stream: one of these must be in the claim `aud` of each SET. */
  readonly audience: OneOrMany
  /**
   * Whether the transmitter may send events, for example by the header `Authorization` that was agreed on for
   * the stream (its `authorization_header`). The signature of each SET is verified in any case.
   * @default every transmitter whose SETs are signed by a trusted issuer
   */
  readonly authenticate?: (request: Request) => boolean | Promise<boolean>
  /**
   * What an event revokes, where your users or sessions have other names than at the transmitter, or for other
   * events than the two below. `null`: nothing. `undefined`: the default.
   * @default of `session-revoked` and `credential-change` the session or the user of `sub_id`
   */
  readonly target?: (event: SecurityEvent) => Awaitable<Targets | undefined>
}

type Awaitable<T> = T | Promise<T>

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
const REVOKING = [`${CAEP}/session-revoked`, `${CAEP}/credential-change`]

const WRONG_TYPE = invalidRequest('The Content-Type must be application/secevent+jwt.')
const NO_EVENTS = invalidRequest('The SET has no events.')
const NO_SUBJECT = invalidRequest('The subject of the event is not one that this receiver knows.')
const UNAUTHENTICATED: Failure = {
  status: 400,
  error: 'authentication_failed',
  description: 'The transmitter could not be authenticated.',
}

/**
 * The receiver of a stream of security events, delivered by push (RFC 8935): SETs (RFC 8417) of the Shared
 * Signals Framework 1.0. The CAEP 1.0 events `session-revoked` and `credential-change` revoke their session or
 * user. The transmitter must be in the option `trust` of the instance, whose keys verify the SETs; RS256 is
 * accepted, as the interoperability profile asks, unless `trust` restricts the algorithms.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function securityEvents(tokens: Receiver, options: SecurityEventsOptions): Endpoint {
  const receiver = parseInstance<Receiver>(tokens, ['receive', 'revoke'])
  const names = ['audience', 'authenticate', 'target', 'onRefused'] as const
  const parsed = parseObject('options', options, names)
  const requirements = { typ: 'secevent+jwt', audience: parseAudience('audience', parsed.audience) }
  type Authenticates = NonNullable<SecurityEventsOptions['authenticate']>
  const authenticate = optional('authenticate', parsed.authenticate, parseFunction<Authenticates>)
  type Callback = NonNullable<SecurityEventsOptions['target']>
  const target = optional('target', parsed.target, parseFunction<Callback>)
  const onRefused = parseOnRefused(parsed.onRefused)
  const handle = async (request: Request): Promise<Response | Rejection> => {
    if (!isSet(request.headers.get('content-type') ?? '')) return { failure: WRONG_TYPE }
    if (authenticate !== undefined && (await authenticate(request)) !== true)
      return { failure: UNAUTHENTICATED }
    const body = await readBody(request)
    if (typeof body !== 'string') return { failure: body }
    const targetsOf: TargetsOf = (claims) => targetsOfSet(claims, target)
    return answerOf(await receiveMessage(receiver, body.trim(), requirements, targetsOf))
  }
  return endpoint(['POST'], onRefused, handle, render)
}

function isSet(contentType: string): boolean {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() === 'application/secevent+jwt'
}

async function targetsOfSet(
  claims: MessageClaims,
  target: SecurityEventsOptions['target'],
): Promise<readonly Target[] | Failure> {
  const { events } = claims
  if (typeof events !== 'object' || events === null || Array.isArray(events)) return NO_EVENTS
  const all: Target[] = []
  for (const [type, payload] of Object.entries(events)) {
    const event: SecurityEvent = { type, payload, subject: claims['sub_id'], claims }
    const named = await target?.(event)
    // An event of an unknown type is ignored (RFC 8417 §2.2).
    const targets = named === undefined ? defaultTargets(event) : listOf(named)
    if (targets === null) return NO_SUBJECT
    all.push(...targets)
  }
  return all
}

/** `null`: it should revoke something, and it is not known what. */
function defaultTargets(event: SecurityEvent): readonly Target[] | null {
  return REVOKING.includes(event.type) ? subjectTargets(event) : []
}

function answerOf(outcome: Received | Failure): Response | Rejection {
  if ('status' in outcome) return { failure: outcome }
  const { received } = outcome
  // A SET that is sent again was received, and its transmitter must stop sending it.
  if (received || outcome.reason === 'consumed') return emptyResponse(202)
  const { reason, claim } = outcome
  const failure: Failure = { status: 400, ...errorOf(reason, claim) }
  return { failure, result: { reason } }
}

/** The registered error codes (RFC 8935 §2.4). */
function errorOf(
  reason: string,
  claim: string | undefined,
): Pick<Failure, 'error' | 'description'> & { error: string } {
  if (claim === 'iss') return { error: 'invalid_issuer', description: 'The issuer is not trusted.' }
  if (claim === 'aud')
    return { error: 'invalid_audience', description: 'The SET is for another audience.' }
  if (reason === 'signature' || reason === 'untrusted')
    return { error: 'invalid_key', description: 'The signature or its key is not acceptable.' }
  return { error: 'invalid_request', description: 'The SET is not valid.' }
}

/** RFC 8935 §2.3: its members have other names than those of OAuth. */
function render(_: Request, { failure }: Rejection): Response {
  const { status, error, description, headers } = failure
  const body = JSON.stringify({ err: error, description })
  return new Response(body, {
    status,
    headers: {
      'content-type': 'application/json',
      'content-language': 'en',
      'cache-control': 'no-store',
      ...headers,
      ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {}),
    },
  })
}
