import * as v from 'valibot'
import type { TokenRepository } from '../adapter/contract.ts'
import { InvalidInput } from '../errors.ts'
import { MAX_LEASE_MS } from '../lease/leases.ts'
import type { Policy } from '../policy/policy.ts'
import type { TokenwardOptions } from '../types/options.ts'
import type { SealingKeys } from '../types/sealing.ts'
import { createClock } from './clock.ts'
import { duration } from './duration.ts'
import { issuer } from './issuer.ts'
import { names, parse } from './parse.ts'
import { integer } from './primitives.ts'
import { checkKeys, isKeyUrl, trustedSchema } from './trust.schema.ts'

const repository = v.custom<TokenRepository>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['open', 'read', 'write', 'close'].every(
      (method) => typeof Reflect.get(value, method) === 'function',
    ) &&
    typeof Reflect.get(value, 'capabilities') === 'object',
  'must be a repository, as returned by memory() or sqlite(file).',
)

const keys = v.custom<TokenwardOptions['keys']>(
  (value) =>
    isKeyUrl(value) || typeof value === 'function' || (Array.isArray(value) && value.length > 0),
  'must be a list of keys (see generateKeys), a function that returns one, or the https URL object of a JWK set.',
)

// Each key is checked when it is imported.
function isSealing(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

// More is a mistake in the unit. Besides, a timer of more than 24 days fires at once.
const MAX_GRACE_MS = 3_600_000
const MAX_SKEW_MS = 900_000
const MAX_DEADLINE_MS = 300_000

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
  grace: v.exactOptional(duration(0, MAX_GRACE_MS), '10s'),
  leeway: v.exactOptional(duration(0, 60_000), '0s'),
  skew: v.exactOptional(duration(0, MAX_SKEW_MS), '5s'),
  deadline: v.exactOptional(duration(1, MAX_DEADLINE_MS), '1s'),
  pepper: v.exactOptional(
    v.custom<Uint8Array>(
      (value) => value instanceof Uint8Array && value.length >= 32,
      'must be a Uint8Array of 32 bytes or more.',
    ),
  ),
  sealing: v.exactOptional(v.custom<SealingKeys>(isSealing, 'must be a key or a list of keys.')),
  maxDataBytes: v.exactOptional(integer(1)),
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
  batch: v.exactOptional(v.picklist(['turn', 'operation']), 'turn'),
  cache: v.exactOptional(v.strictObject({ lease: duration(0, MAX_LEASE_MS) })),
  clock: v.exactOptional(
    v.custom<() => number>(
      (value) => typeof value === 'function',
      'must be a function that returns ms since 1970.',
    ),
  ),
})

type Parsed = v.InferOutput<typeof schema>

export interface Configuration
  extends Pick<
    Parsed,
    'repository' | 'keys' | 'pepper' | 'signatureCache' | 'trust' | 'keySetMaxAge' | 'batch'
  > {
  readonly policy: Policy
  readonly fetch: typeof globalThis.fetch | undefined
  readonly sealing: SealingKeys | undefined
  readonly maxDataBytes: number | undefined
}

/**
 * Checks the options of an instance.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function parseOptions(input: TokenwardOptions): Configuration {
  const parsed = parse(schema, input)
  for (const [i, trusted] of parsed.trust.entries()) checkKeys(trusted, `trust.${i}.`)
  const issuers = parsed.trust.map((trusted) => trusted.issuer)
  if (new Set([...issuers, parsed.issuer]).size <= issuers.length) {
    throw new InvalidInput('trust', 'list each issuer once, without your own.')
  }
  const { fetch, sealing, maxDataBytes, cache, signatureCache } = parsed
  if (cache !== undefined && cache.lease > 0 && signatureCache === 0)
    throw new InvalidInput(
      'cache',
      'needs a signatureCache of 1 or more: what is read is kept there.',
    )
  return { ...parsed, fetch, sealing, maxDataBytes, policy: policyOf(parsed) }
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
    lease: parsed.cache?.lease ?? null,
    failOpen: parsed.onUnavailable === 'accept',
    trustsOthers: trust.length > 0,
    clock: createClock(parsed.clock),
  }
}
