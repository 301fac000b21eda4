import * as v from 'valibot'
import type { TokenRepository } from '../adapter/contract.ts'
import { InvalidInput } from '../errors.ts'
import { asymmetric } from '../jwt/algorithms.ts'
import type { Policy } from '../policy/policy.ts'
import { isName } from '../scopes/ids.ts'
import type { SigningKeys, TokenwardOptions, TrustOptions } from '../types/options.ts'
import { createClock } from './clock.ts'
import { duration } from './duration.ts'
import { isIssuerUrl, isSecureUrl, issuer } from './issuer.ts'
import { name, names, parse } from './parse.ts'
import { integer } from './primitives.ts'

const repository = v.custom<TokenRepository>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['open', 'read', 'write', 'close'].every(
      (method) => typeof Reflect.get(value, method) === 'function',
    ) &&
    typeof Reflect.get(value, 'capabilities') === 'object',
  'must be a repository, as made by memory() or sqlite(file).',
)

const keys = v.custom<SigningKeys | URL>(
  (value) => isKeyUrl(value) || (Array.isArray(value) && value.length > 0),
  'must be a list of JWKs (see generateKeys), or the https URL object of a JWK set.',
)

const jwks = v.custom<NonNullable<TrustOptions['jwks']>>(
  (value) => isKeyUrl(value) || Array.isArray((value as { keys?: unknown } | null)?.keys),
  'must be a JWK set ({ keys }), or the https URL object of one.',
)

function isKeyUrl(value: unknown): boolean {
  return value instanceof URL && isSecureUrl(value)
}

const trusted = {
  issuer: name,
  audience: names,
  audienceClaim: v.exactOptional(name),
  maxLifetime: duration(1),
  jwks: v.exactOptional(jwks),
  algorithms: v.exactOptional(
    v.custom<readonly string[]>(
      (value) =>
        Array.isArray(value) && value.length > 0 && value.every((alg) => asymmetric.includes(alg)),
      `must be a list of: ${asymmetric.join()}.`,
    ),
  ),
  typ: v.exactOptional(
    v.custom<string | null>(
      (value) => value === null || isName(value),
      'must be a string, or null.',
    ),
  ),
  jti: v.exactOptional(name),
  client: v.exactOptional(name),
  legacyHs256Secret: v.exactOptional(
    v.custom<Uint8Array>(
      (value) => value instanceof Uint8Array && value.length >= 32,
      'must be a Uint8Array of 32 bytes or more (RFC 7518 §3.2).',
    ),
  ),
}

export const trustedSchema = v.strictObject(trusted)

// More is a mistake in the unit. A timer, for one, fires at once where it should wait for a month.
const MOST_GRACE_MS = 3_600_000
const MOST_SKEW_MS = 900_000
const MOST_DEADLINE_MS = 300_000

const schema = v.strictObject({
  issuer,
  repository,
  keys,
  audience: v.exactOptional(names),
  policy: v.exactOptional(v.picklist(['allowlist', 'denylist']), 'allowlist'),
  lifetimes: v.exactOptional(
    v.strictObject({
      access: v.exactOptional(duration(1), '15m'),
      refresh: v.exactOptional(duration(1), '30d'),
      session: v.exactOptional(duration(1), '90d'),
    }),
    {},
  ),
  grace: v.exactOptional(duration(0, MOST_GRACE_MS), '10s'),
  leeway: v.exactOptional(duration(0, 60_000), '0s'),
  skew: v.exactOptional(duration(0, MOST_SKEW_MS), '5s'),
  deadline: v.exactOptional(duration(1, MOST_DEADLINE_MS), '1s'),
  pepper: v.exactOptional(
    v.custom<Uint8Array>(
      (value) => value instanceof Uint8Array && value.length >= 32,
      'must be a Uint8Array of 32 bytes or more.',
    ),
  ),
  onUnavailable: v.exactOptional(v.picklist(['refuse', 'accept']), 'refuse'),
  trust: v.exactOptional(v.array(trustedSchema), []),
  keySetMaxAge: v.exactOptional(duration(10 * 60_000, 30 * 86_400_000), '24h'),
  fetch: v.exactOptional(
    v.custom<typeof globalThis.fetch>(
      (value) => typeof value === 'function',
      'must be a function.',
    ),
  ),
  signatureCache: v.exactOptional(integer(0), 1000),
  clock: v.exactOptional(
    v.custom<() => number>(
      (value) => typeof value === 'function',
      'must be a function that answers epoch ms.',
    ),
  ),
})

type Parsed = v.InferOutput<typeof schema>

/** An external issuer, checked: durations in ms. */
export type Trusted = Parsed['trust'][number]

export interface Configuration
  extends Pick<
    Parsed,
    'repository' | 'keys' | 'pepper' | 'signatureCache' | 'trust' | 'keySetMaxAge'
  > {
  readonly policy: Policy
  readonly fetch: typeof globalThis.fetch | undefined
}

/** The application's options, checked and in numbers. @throws InvalidInput */
export function parseOptions(input: TokenwardOptions): Configuration {
  const parsed = parse(schema, input)
  for (const [i, one] of parsed.trust.entries()) checkKeys(one, `trust.${i}.`)
  const issuers = parsed.trust.map((trustedIssuer) => trustedIssuer.issuer)
  if (new Set([...issuers, parsed.issuer]).size <= issuers.length) {
    throw new InvalidInput('trust', 'each issuer once, and not the instance itself.')
  }
  const { repository, keys, pepper, signatureCache, trust, keySetMaxAge, fetch } = parsed
  return {
    repository,
    keys,
    pepper,
    signatureCache,
    trust,
    keySetMaxAge,
    fetch,
    policy: policyOf(parsed),
  } as Configuration
}

/** Keys of one kind, and a way to find them. @throws InvalidInput */
export function checkKeys({ issuer, jwks, algorithms, legacyHs256Secret }: Trusted, at = ''): void {
  if (legacyHs256Secret !== undefined) {
    if (jwks === undefined && algorithms === undefined) return
    throw new InvalidInput(`${at}legacyHs256Secret`, 'goes with neither jwks nor algorithms.')
  }
  if (jwks === undefined && !isIssuerUrl(issuer))
    throw new InvalidInput(`${at}issuer`, 'must be an https URL where no jwks is given.')
}

function policyOf(parsed: Parsed): Policy {
  const { issuer, audience = issuer, lifetimes, trust, grace, leeway, skew, deadline } = parsed
  const lifetimesOfAll = [lifetimes.access, lifetimes.refresh, ...trust.map((t) => t.maxLifetime)]
  return {
    issuer,
    audience: [audience].flat(),
    mode: parsed.policy,
    ...lifetimes,
    maxLifetime: Math.max(...lifetimesOfAll),
    grace,
    leeway,
    skew,
    deadline,
    missingMeansRefused: false,
    failOpen: parsed.onUnavailable === 'accept',
    trusts: trust.length > 0,
    clock: createClock(parsed.clock),
  }
}
