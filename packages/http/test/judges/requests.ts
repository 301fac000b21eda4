// The requests that both authorization servers answer. Their names are those of the tests.
import { after, ask, exchange, type LoginRequest, revoke } from './observe.ts'

const WRONG_SECRET = { client: `Basic ${btoa('web:wrong')}` }
const FORGED = 'eyJhbGciOiJub25lIn0.e30.'
const JSON_TYPE = { 'content-type': 'application/json' }
const JWT = { accept: 'application/token-introspection+jwt' }

const INTROSPECTIONS: Readonly<Record<string, LoginRequest>> = {
  'introspection of an access token by its client': ask('access'),
  'introspection of a refresh token by its client': ask('refresh'),
  'introspection of an access token by a resource server': ask('access', { client: 'notes' }),
  'introspection of a refresh token by a resource server': ask('refresh', { client: 'notes' }),
  'introspection of an access token by another client': ask('access', { client: 'other' }),
  'introspection of an unknown token': ask('access', { body: () => ({ token: 'unknown' }) }),
  'introspection of a forged JWT': ask('access', { body: () => ({ token: FORGED }) }),
  'introspection of a revoked access token': ask('access', after(revoke('access'))),
  'introspection of a revoked refresh token': ask('refresh', after(revoke('refresh'))),
  'introspection of an access token of a revoked login': ask('access', after(revoke('refresh'))),
  'introspection of a refresh token that was exchanged': ask('refresh', after(exchange())),
  'introspection of an access token after a refresh': ask('access', after(exchange())),
  'introspection with the wrong hint': ask('refresh', {
    body: ({ refresh }) => ({ token: refresh, token_type_hint: 'access_token' }),
  }),
  'introspection with an unknown hint': ask('access', {
    body: ({ access }) => ({ token: access, token_type_hint: 'unknown' }),
  }),
  'introspection as a JWT': ask('access', { client: 'notes', headers: JWT }),
  'introspection of an unknown token as a JWT': ask('access', {
    client: 'notes',
    headers: JWT,
    body: () => ({ token: 'unknown' }),
  }),
  'introspection with a wrong secret': ask('access', WRONG_SECRET),
  'introspection by an unknown client': ask('access', { client: `Basic ${btoa('unknown:x')}` }),
  'introspection without credentials': ask('access', { client: null }),
  'introspection with a client id alone': ask('access', {
    client: null,
    body: ({ access }) => ({ token: access, client_id: 'web' }),
  }),
  'introspection with a wrong secret in the form': ask('access', {
    client: null,
    body: ({ access }) => ({ token: access, client_id: 'web', client_secret: 'wrong' }),
  }),
  'introspection with a header of another scheme': ask('access', { client: 'Bearer abc' }),
  'introspection with a header that is no base64': ask('access', { client: 'Basic !' }),
  'introspection with two methods of authentication': ask('access', {
    body: ({ access }) => ({ token: access, client_id: 'web', client_secret: 'web secret+%' }),
  }),
  'introspection with the id of another client beside the header': ask('access', {
    body: ({ access }) => ({ token: access, client_id: 'other' }),
  }),
  'introspection without a token': ask('access', { body: () => ({}) }),
  'introspection of two tokens': ask('access', { body: () => 'token=a&token=b' }),
  'introspection in JSON': ask('access', { body: () => '{"token":"a"}', headers: JSON_TYPE }),
}

const REVOCATIONS: Readonly<Record<string, LoginRequest>> = {
  'revocation of a refresh token': revoke('refresh'),
  'revocation of an access token': revoke('access'),
  'revocation of a revoked token': revoke('refresh', after(revoke('refresh'))),
  'revocation of a refresh token that was exchanged': revoke('refresh', after(exchange())),
  'revocation of an unknown token': revoke('access', { body: () => ({ token: 'unknown' }) }),
  'revocation of a forged JWT': revoke('access', { body: () => ({ token: FORGED }) }),
  'revocation of the refresh token of another client': revoke('refresh', { client: 'other' }),
  'revocation of the access token of another client': revoke('access', { client: 'other' }),
  'revocation with the wrong hint': revoke('refresh', {
    body: ({ refresh }) => ({ token: refresh, token_type_hint: 'access_token' }),
  }),
  'revocation with an unknown hint': revoke('refresh', {
    body: ({ refresh }) => ({ token: refresh, token_type_hint: 'unknown' }),
  }),
  'revocation with a wrong secret': revoke('refresh', WRONG_SECRET),
  'revocation without credentials': revoke('refresh', { client: null }),
  'revocation without a token': revoke('refresh', { body: () => ({}) }),
}

const afterTheGracePeriod: Pick<LoginRequest, 'before'> = {
  before: async (server, login) => {
    await after(exchange()).before?.(server, login)
    server.endGracePeriod()
  },
}

const REFRESHES: Readonly<Record<string, LoginRequest>> = {
  refresh: exchange(),
  'refresh with a part of the scope': exchange({ scope: 'read' }),
  'refresh with more scope': exchange({ scope: 'read admin' }),
  'refresh that is repeated at once': exchange({}, after(exchange())),
  'refresh that is repeated later': exchange({}, afterTheGracePeriod),
  'refresh with a revoked refresh token': exchange({}, after(revoke('refresh'))),
  'refresh after the access token was revoked': exchange({}, after(revoke('access'))),
  'refresh with the refresh token of another client': exchange({}, { client: 'other' }),
  'refresh with an unknown refresh token': exchange({ refresh_token: 'unknown' }),
  'refresh with an access token': exchange(
    {},
    { body: ({ access }) => ({ grant_type: 'refresh_token', refresh_token: access }) },
  ),
  'refresh with a wrong secret': exchange({}, WRONG_SECRET),
  'refresh without credentials': exchange({}, { client: null }),
  'refresh with a wrong secret and a wrong grant type': exchange(
    { grant_type: 'password' },
    WRONG_SECRET,
  ),
  'refresh without a grant type': exchange({ grant_type: '' }),
  'refresh with an unknown grant type': exchange({ grant_type: 'unknown' }),
  'refresh without a refresh token': exchange({ refresh_token: '' }),
  'refresh with two refresh tokens': exchange(
    {},
    { body: () => 'grant_type=refresh_token&refresh_token=a&refresh_token=b' },
  ),
  'refresh in JSON': exchange({}, { body: () => '{}', headers: JSON_TYPE }),
  'refresh with a body of 100 KB': exchange({ state: 'x'.repeat(100_000) }),
}

export const REQUESTS: Readonly<Record<string, LoginRequest>> = {
  ...INTROSPECTIONS,
  ...REVOCATIONS,
  ...REFRESHES,
}
