// Where oidc-provider answers otherwise, and what the RFCs say about it.
import type { Observed } from './observe.ts'

interface Difference {
  readonly requests: readonly string[]
  /** Whose answer the text of the RFC demands, or `both` where it leaves the choice. */
  readonly right: 'ours' | 'theirs' | 'both'
  readonly why: string
  readonly ours: Partial<Observed>
  readonly theirs: Partial<Observed>
}

const REVOCATIONS = [
  'revocation of a refresh token',
  'revocation of an access token',
  'revocation of a revoked token',
  'revocation of a refresh token that was exchanged',
  'revocation of an unknown token',
  'revocation of a forged JWT',
  'revocation of the refresh token of another client',
  'revocation of the access token of another client',
  'revocation with the wrong hint',
  'revocation with an unknown hint',
  'revocation with a wrong secret',
  'revocation without credentials',
  'revocation without a token',
]

/** A request is named by each difference that it shows. */
export const DIFFERENCES: readonly Difference[] = [
  {
    requests: REVOCATIONS,
    right: 'both',
    why: 'RFC 7009 has no rule, and RFC 9110 §9.3.3 lets no cache store the answer to a POST without a freshness.',
    ours: { cache: 'no-store' },
    theirs: { cache: null },
  },
  {
    requests: [
      'introspection without credentials',
      'introspection with a header of another scheme',
      'introspection with a header that is no base64',
      'revocation without credentials',
      'refresh without credentials',
    ],
    right: 'ours',
    why: 'RFC 6749 §5.2: `invalid_client` is for "no client authentication included, or unsupported authentication method".',
    ours: { status: 401, error: 'invalid_client', challenge: 'Basic' },
    theirs: { status: 400, error: 'invalid_request', challenge: null },
  },
  {
    requests: ['introspection with the id of another client beside the header'],
    right: 'both',
    why: 'RFC 6749 §5.2: the authentication failed, and the request is malformed.',
    ours: { status: 401, error: 'invalid_client', challenge: 'Basic' },
    theirs: { status: 400, error: 'invalid_request', challenge: null },
  },
  {
    requests: [
      'introspection with a client id alone',
      'introspection with a wrong secret in the form',
    ],
    right: 'ours',
    why: 'RFC 9110 §15.5.2: a server that sends a 401 must send `WWW-Authenticate`.',
    ours: { challenge: 'Basic' },
    theirs: { challenge: null },
  },
  {
    requests: ['introspection of a refresh token by a resource server'],
    right: 'both',
    why: 'RFC 7662 §2.2: `active: false` where the caller is not allowed to inspect this token. Who is, is a policy; theirs by default lets every client with a secret.',
    ours: { members: 'inactive' },
    theirs: { members: 'active sub client_id exp iat iss scope' },
  },
  {
    requests: ['introspection of an access token by another client'],
    right: 'both',
    why: 'As for a refresh token by a resource server.',
    ours: { members: 'inactive' },
    theirs: { members: 'active sub client_id exp iat iss token_type scope' },
  },
  {
    requests: ['introspection of a forged JWT'],
    right: 'ours',
    why: 'RFC 7662 §2.2: a token that "does not exist on this server" is inactive. It has no error `unsupported_token_type`.',
    ours: { status: 200, error: undefined, members: 'inactive' },
    theirs: { status: 400, error: 'unsupported_token_type', members: '' },
  },
  {
    requests: ['revocation of a forged JWT'],
    right: 'both',
    why: 'RFC 7009 §2.2: 200 for a token that is invalid; §2.2.1: `unsupported_token_type` of a server that cannot revoke such tokens, as theirs cannot revoke any JWT.',
    ours: { status: 200, error: undefined, type: null },
    theirs: { status: 400, error: 'unsupported_token_type', type: 'application/json' },
  },
  {
    requests: ['revocation of an access token', 'introspection of a revoked access token'],
    right: 'both',
    why: 'RFC 7009 §2.1: the server MAY revoke the refresh token as well.',
    ours: { left: 'refresh' },
    theirs: { left: '' },
  },
  {
    requests: ['refresh after the access token was revoked'],
    right: 'both',
    why: 'It follows from the same choice.',
    ours: {
      status: 200,
      error: undefined,
      members: 'access_token refresh_token expires_in token_type scope',
    },
    theirs: { status: 400, error: 'invalid_grant', members: '' },
  },
  {
    requests: [
      'revocation of the refresh token of another client',
      'revocation of the access token of another client',
    ],
    right: 'ours',
    why: 'RFC 7009 §2.1 refuses the request by an error of RFC 6749 §5.2, where `invalid_grant` is for a token that "was issued to another client".',
    ours: { error: 'invalid_grant' },
    theirs: { error: 'invalid_request' },
  },
  {
    requests: ['refresh with more scope'],
    right: 'both',
    why: 'RFC 6749 §5.2 has no member `scope`, and RFC 6749 §8 no rule against it.',
    ours: { members: '' },
    theirs: { members: 'scope' },
  },
  {
    requests: ['refresh that is repeated at once'],
    right: 'theirs',
    why: 'RFC 9700 §4.14.2 has no grace period. Ours is a choice, 10 s by default: a client that lost the answer stays logged in, and gets the same refresh token.',
    ours: {
      status: 200,
      error: undefined,
      members: 'access_token refresh_token expires_in token_type scope',
      left: 'access',
    },
    theirs: { status: 400, error: 'invalid_grant', members: '', left: '' },
  },
  {
    requests: ['refresh with a body of 100 KB'],
    right: 'ours',
    why: 'RFC 9110 §15.5.14 has a status for it, and RFC 6749 §5.2 lets a server use another one than 400.',
    ours: { status: 413 },
    theirs: { status: 400 },
  },
]
