// The entry point `@tokenward/core/trust`: identity providers. Apart from the main one, so that an
// application bundles only the providers that it names.
export { trust } from './input/trust.ts'
export { auth0, cognito, entra, keycloak, okta } from './providers/access-tokens.ts'
export type { ProviderOptions } from './providers/preset.ts'
export { betterAuth, clerk, firebase, supabase } from './providers/session-tokens.ts'
