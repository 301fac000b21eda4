import * as v from 'valibot'
import { integer } from '../checks.ts'
import { InvalidInput } from '../errors/errors.ts'
import { asymmetric } from '../jwt/algorithms.ts'
import { isName } from '../naming/names.ts'
import type { Policy } from '../policy/policy.ts'
import type { TokenRepository } from '../repository/contract.ts'
import { createClock } from './clock.ts'
import { copyOf } from './copy.ts'
import { duration } from './duration.ts'
import { isSecureUrl, issuer } from './issuer.ts'
import type { Keys, TokenwardOptions, TrustedIssuer, TrustOptions } from './options.ts'
import { name, names, parse } from './parse.ts'

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

const keys = v.pipe(
  v.custom<Keys | URL>(
    (value) => isKeyUrl(value) || (Array.isArray(value) && value.length > 0),
    'must be a list of JWKs (see generateKeys), or the https URL object of a JWK set.',
  ),
  v.transform((value) => (value instanceof URL ? new URL(value) : copyOf(value))),
)

const jwks = v.pipe(
  v.custom<NonNullable<TrustOptions['jwks']>>(
    (value) => isKeyUrl(value) || Array.isArray((value as { keys?: unknown } | null)?.keys),
    'must be a JWK set ({ keys }), or the https URL object of one.',
  ),
  v.transform((value) => (value instanceof URL ? new URL(value) : copyOf(value))),
)

function isKeyUrl(value: unknown): boolean {
  return value instanceof URL && isSecureUrl(value)
}

const trusted = {
  audience: names,
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
}

// More is a mistake in the unit. A timer, for one, fires at once where it should wait for a month.
const MOST_GRACE_MS = 3_600_000
const MOST_SKEW_MS = 900_000
const MOST_DEADLINE_MS = 300_000

const schema = v.strictObject({
  issuer,
  repository,
  keys,
  audience: v.exactOptional(names),
  policy: v.exactOptional(v.picklist(['registry', 'denylist']), 'registry'),
  lifetimes: v.exactOptional(
    v.strictObject({
      access: v.exactOptional(duration(1), '15m'),
      refresh: v.exactOptional(duration(1), '30d'),
      family: v.exactOptional(duration(1), '90d'),
    }),
    {},
  ),
  grace: v.exactOptional(duration(0, MOST_GRACE_MS), '10s'),
  leeway: v.exactOptional(duration(0, 60_000), '0s'),
  skew: v.exactOptional(duration(0, MOST_SKEW_MS), '5s'),
  deadline: v.exactOptional(duration(1, MOST_DEADLINE_MS), '1s'),
  pepper: v.exactOptional(
    v.pipe(
      v.custom<Uint8Array>(
        (value) => value instanceof Uint8Array && value.length >= 32,
        'must be a Uint8Array of 32 bytes or more.',
      ),
      // A copy: what the application overwrites later must not change the names in the store.
      v.transform((value) => Uint8Array.from(value)),
    ),
  ),
  onUnavailable: v.exactOptional(v.picklist(['refuse', 'accept']), 'refuse'),
  trust: v.exactOptional(v.array(v.strictObject({ issuer, ...trusted })), []),
  signatureCache: v.exactOptional(integer(0), 1000),
  clock: v.exactOptional(
    v.custom<() => number>(
      (value) => typeof value === 'function',
      'must be a function that answers epoch ms.',
    ),
  ),
})

type Parsed = v.InferOutput<typeof schema>

/** A foreign issuer, checked: durations in ms. */
export type Trusted = Parsed['trust'][number]

export interface Configuration
  extends Pick<Parsed, 'repository' | 'keys' | 'pepper' | 'signatureCache' | 'trust'> {
  readonly policy: Policy
}

/** The application's options, checked and in numbers. @throws InvalidInput */
export function parseOptions(input: TokenwardOptions): Configuration {
  const parsed = parse(schema, input)
  const issuers = parsed.trust.map((trustedIssuer) => trustedIssuer.issuer)
  if (new Set([...issuers, parsed.issuer]).size <= issuers.length) {
    throw new InvalidInput('trust', 'each issuer once, and not the ward itself.')
  }
  const { repository, keys, pepper, signatureCache, trust } = parsed
  return {
    repository,
    keys,
    pepper,
    signatureCache,
    trust,
    policy: policyOf(parsed),
  } as Configuration
}

function policyOf(parsed: Parsed): Policy {
  const { issuer, audience = issuer, lifetimes, trust, grace, leeway, skew, deadline } = parsed
  const lifetimesOfAll = [lifetimes.access, lifetimes.refresh, ...trust.map((t) => t.maxLifetime)]
  return {
    issuer,
    audience: [audience].flat(),
    mode: parsed.policy,
    ...lifetimes,
    longest: Math.max(...lifetimesOfAll),
    grace,
    leeway,
    skew,
    deadline,
    absentRefuses: false,
    failOpen: parsed.onUnavailable === 'accept',
    trusts: trust.length > 0,
    clock: createClock(parsed.clock),
  }
}

const trustSchema = v.strictObject(trusted)

/**
 * A foreign issuer (an identity provider) whose access tokens are accepted and can be taken back.
 * Keys by discovery (RFC 8414), unless `jwks` gives them.
 * @throws InvalidInput
 */
export function trust(issuerUrl: string, options: TrustOptions): TrustedIssuer {
  parse(issuer, issuerUrl, 'issuer')
  parse(trustSchema, options)
  return Object.freeze({ ...options, issuer: issuerUrl })
}
