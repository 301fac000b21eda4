import { InvalidInput } from '../errors.ts'
import { trust } from '../input/trust.ts'
import type { TrustedIssuer, TrustOptions } from '../types/options.ts'

type Required = 'audience' | 'maxLifetime'

/**
 * The options of an identity provider: those of `trust`. What you pass replaces what the preset has, except
 * that `requiredClaims` are added.
 * @typeParam Known what the preset knows, so that you may leave it out
 */
export type ProviderOptions<Known extends Required = never> = Partial<TrustOptions> &
  Pick<TrustOptions, Exclude<Required, Known>>

/** An issuer by the preset of its provider and the options of the application. */
export function fromPreset(
  issuer: string,
  preset: Partial<TrustOptions>,
  options: Partial<TrustOptions> | undefined,
): TrustedIssuer {
  const { jwks, algorithms, ...rest } = preset
  // An issuer has one kind of key: `trust` refuses a secret beside public keys.
  const keys = options?.legacyHs256Secret === undefined ? { jwks, algorithms } : {}
  const all = { ...rest, ...withoutUndefined(keys), ...options }
  const requiredClaims = { ...preset.requiredClaims, ...options?.requiredClaims }
  // `trust` checks that nothing is missing.
  return trust(issuer, { ...all, requiredClaims } as TrustOptions)
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/**
 * Checks an argument that becomes a part of a URL.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function checkArgument(value: string, pattern: RegExp, path: string, must: string): void {
  if (typeof value !== 'string' || !pattern.test(value)) throw new InvalidInput(path, must)
}

/**
 * The URL with a path after the one that it has.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function urlBelow(base: string, path: string, name: string): URL {
  const url = typeof base === 'string' ? URL.parse(base.replace(/\/$/, '') + path) : null
  if (url === null) throw new InvalidInput(name, 'must be an https URL.')
  return url
}
