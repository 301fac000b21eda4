// The entry point for authorization servers, and for receivers of logouts and security events.
export {
  type BackchannelLogoutOptions,
  backchannelLogout,
} from './endpoints/backchannel-logout.ts'
export type { Authenticate, Client } from './endpoints/client.ts'
export { type ClientSecret, readClientSecret } from './endpoints/client-secret.ts'
export type { Endpoint, EndpointOptions } from './endpoints/endpoint.ts'
export type { RefreshedLogin } from './endpoints/exchange.ts'
export { type IntrospectionOptions, introspection } from './endpoints/introspection.ts'
export { type JwksOptions, jwks } from './endpoints/jwks.ts'
export { type LogoutOptions, logout } from './endpoints/logout.ts'
export type { Receiver, Targets } from './endpoints/messages.ts'
export { metadata, type ServerMetadata, type WellKnownEndpoint } from './endpoints/metadata.ts'
export { protectedResource, type ResourceMetadata } from './endpoints/protected-resource.ts'
export {
  type CookieRefreshOptions,
  type FormRefreshOptions,
  refresh,
} from './endpoints/refresh.ts'
export { type RevocationOptions, revocation } from './endpoints/revocation.ts'
export { type SecurityEventsOptions, securityEvents } from './endpoints/security-events.ts'
export type { SecurityEvent } from './endpoints/security-subject.ts'
export { SessionCookie, type SessionCookieOptions } from './endpoints/session-cookie.ts'
export type { Refusal } from './guard/refusal.ts'
export type { Form } from './request/form.ts'
