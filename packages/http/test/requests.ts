import type { Reason } from '@tokenward/core'
import type { StoreState } from './switched-store.ts'
import type { TokenName } from './world.ts'

/** A request, and the answer that every binding must give. */
export interface RequestCase {
  readonly name: string
  /** @default 'GET' */
  readonly method?: string
  /** `/notes` needs `read`, `/write` also `write`, `/optional` nothing, `/public` is not guarded. */
  readonly path?: string
  /** Names and values in turn; `<active>` is replaced by the token of that name. */
  readonly headers?: readonly string[]
  readonly body?: string
  readonly store?: StoreState
  readonly status: number
  /** The error code in the header and the body. Missing: neither has one. */
  readonly error?: string
  /** The scope in the challenge. */
  readonly scope?: string
  /** What `onRefused` learns, and the client does not. */
  readonly reason?: Reason
  /** Whether the answer is a problem (RFC 9457). */
  readonly isProblem?: boolean
  /** Whether the store is asked. Not looked at where it hangs: on a busy machine the time may be over before. */
  readonly asksStore?: boolean
}

const as = (token: TokenName): readonly string[] => ['Authorization', `Bearer <${token}>`]
const accept = (value: string): readonly string[] => ['Accept', value]

const unauthenticated = { status: 401, scope: 'read' } as const
const invalidRequest = { status: 400, error: 'invalid_request', scope: 'read' } as const
const invalidToken = { status: 401, error: 'invalid_token', scope: 'read' } as const
const unavailable = { status: 503, error: 'temporarily_unavailable' } as const

const withoutCredentials: readonly RequestCase[] = [
  { name: 'no header', ...unauthenticated },
  { name: 'an empty header', headers: ['Authorization', ''], ...unauthenticated },
  { name: 'another scheme', headers: ['Authorization', 'Basic YWRhOg=='], ...unauthenticated },
  {
    name: 'a percent-encoded space after the scheme',
    headers: ['Authorization', 'Bearer%20<active>'],
    ...unauthenticated,
  },
  {
    name: 'a scheme that is not enabled',
    headers: ['Authorization', 'DPoP <active>'],
    ...unauthenticated,
  },
  { name: 'a token in the query string', path: '/notes?access_token=<active>', ...unauthenticated },
  { name: 'a token in a cookie', headers: ['Cookie', 'access_token=<active>'], ...unauthenticated },
  {
    name: 'a token in a form',
    method: 'POST',
    headers: ['Content-Type', 'application/x-www-form-urlencoded'],
    body: 'access_token=<active>',
    ...unauthenticated,
  },
  { name: 'no header, to HEAD', method: 'HEAD', ...unauthenticated },
  { name: 'no header, for more scope', path: '/write', status: 401, scope: 'read write' },
  { name: 'no header, where it is optional', path: '/optional', status: 200 },
]

const malformed: readonly RequestCase[] = [
  { name: 'two headers', headers: [...as('active'), ...as('active')], ...invalidRequest },
  {
    name: 'two headers of different schemes',
    headers: ['Authorization', 'Basic YWRhOg==', ...as('active')],
    ...invalidRequest,
  },
  {
    name: 'two credentials in one header',
    headers: ['Authorization', 'Bearer <active>, Bearer <active>'],
    ...invalidRequest,
  },
  {
    name: 'credentials of two schemes in one header',
    headers: ['Authorization', 'Basic YWRhOg==, Bearer <active>'],
    ...invalidRequest,
  },
  { name: 'a scheme alone', headers: ['Authorization', 'Bearer'], ...invalidRequest },
  {
    name: 'the scheme twice',
    headers: ['Authorization', 'Bearer Bearer <active>'],
    ...invalidRequest,
  },
  { name: 'two tokens', headers: ['Authorization', 'Bearer <active> <active>'], ...invalidRequest },
  { name: 'a tab', headers: ['Authorization', 'Bearer\t<active>'], ...invalidRequest },
  { name: 'a quoted token', headers: ['Authorization', 'Bearer "<active>"'], ...invalidRequest },
  { name: 'percent-encoding', headers: ['Authorization', 'Bearer a%2Eb%2Ec'], ...invalidRequest },
  { name: 'no ASCII', headers: ['Authorization', 'Bearer t\u00f6k\u00ebn'], ...invalidRequest },
  {
    name: '100 KB',
    headers: ['Authorization', `Bearer ${'a'.repeat(102_400)}`],
    ...invalidRequest,
  },
  {
    name: 'a bad header, where it is optional',
    path: '/optional',
    headers: ['Authorization', 'Bearer'],
    status: 400,
    error: 'invalid_request',
  },
]

function refused(token: TokenName, reason: Reason, asksStore = false): RequestCase {
  return { name: token, headers: as(token), ...invalidToken, reason, asksStore }
}

const inactive: readonly RequestCase[] = [
  { name: 'no JWT', headers: ['Authorization', 'Bearer x'], ...invalidToken, reason: 'malformed' },
  refused('tooLong', 'malformed'),
  refused('forged', 'signature'),
  refused('tampered', 'signature'),
  refused('unsigned', 'untrusted'),
  refused('unknownIssuer', 'untrusted'),
  refused('otherAudience', 'invalid-claims'),
  refused('refresh', 'invalid-claims'),
  refused('keyBound', 'invalid-claims'),
  refused('expired', 'expired'),
  refused('revoked', 'revoked', true),
  refused('sessionRevoked', 'revoked', true),
  refused('subjectRevoked', 'revoked', true),
  refused('consumed', 'consumed', true),
  {
    name: 'revoked, where it is optional',
    path: '/optional',
    headers: as('revoked'),
    status: 401,
    error: 'invalid_token',
    reason: 'revoked',
    asksStore: true,
  },
  {
    name: 'revoked, with too little scope',
    path: '/write',
    headers: as('revokedReadOnly'),
    status: 401,
    error: 'invalid_token',
    scope: 'read write',
    reason: 'revoked',
    asksStore: true,
  },
]

const insufficient: readonly RequestCase[] = [
  {
    name: 'too little scope',
    path: '/write',
    headers: as('readOnly'),
    status: 403,
    error: 'insufficient_scope',
    scope: 'read write',
    asksStore: true,
  },
  {
    name: 'no scope',
    headers: as('unscoped'),
    status: 403,
    error: 'insufficient_scope',
    scope: 'read',
    asksStore: true,
  },
]

const accepted: readonly RequestCase[] = [
  { name: 'active', headers: as('active'), status: 200, asksStore: true },
  {
    name: 'active, with more scope',
    path: '/write',
    headers: as('active'),
    status: 200,
    asksStore: true,
  },
  {
    name: 'a scheme in lower case, and more spaces',
    headers: ['authorization', 'bearer   <active>'],
    status: 200,
    asksStore: true,
  },
  {
    name: 'active, where it is optional',
    path: '/optional',
    headers: as('active'),
    status: 200,
    asksStore: true,
  },
  { name: 'revoked, where it is public', path: '/public', headers: as('revoked'), status: 200 },
]

const failing: readonly RequestCase[] = [
  {
    name: 'the store fails',
    store: 'failing',
    headers: as('active'),
    ...unavailable,
    asksStore: true,
  },
  {
    name: 'the store hangs',
    store: 'hanging',
    headers: as('active'),
    ...unavailable,
  },
  {
    name: 'the store fails, where it is optional',
    path: '/optional',
    store: 'failing',
    headers: as('active'),
    ...unavailable,
    asksStore: true,
  },
  { name: 'no keys', headers: as('keysDown'), ...unavailable },
  {
    name: 'forged, and the store fails',
    store: 'failing',
    headers: as('forged'),
    ...invalidToken,
    reason: 'signature',
  },
  { name: 'no header, and the store fails', store: 'failing', ...unauthenticated },
  {
    name: 'the store is broken',
    store: 'broken',
    headers: as('active'),
    status: 500,
    asksStore: true,
  },
]

const negotiated: readonly RequestCase[] = [
  {
    name: 'a problem',
    headers: accept('application/problem+json'),
    ...unauthenticated,
    isProblem: true,
  },
  {
    name: 'a problem rather than JSON',
    headers: [...as('revoked'), ...accept('application/json;q=0.5, application/problem+json')],
    ...invalidToken,
    reason: 'revoked',
    isProblem: true,
    asksStore: true,
  },
  {
    name: 'a problem while the store fails',
    store: 'failing',
    headers: [...as('active'), ...accept('application/problem+json')],
    ...unavailable,
    isProblem: true,
    asksStore: true,
  },
  { name: 'anything', headers: accept('*/*'), ...unauthenticated },
  { name: 'HTML', headers: accept('text/html'), ...unauthenticated },
  { name: '10 KB of types', headers: accept('a/b,'.repeat(2500)), ...unauthenticated },
]

/** One table for the root and for all bindings. */
export const REQUESTS: Readonly<Record<string, readonly RequestCase[]>> = {
  'no credentials': withoutCredentials,
  'malformed credentials': malformed,
  'a token that is not accepted': inactive,
  'too little scope': insufficient,
  'an accepted token': accepted,
  'what cannot be decided': failing,
  'the client accepts': negotiated,
}
