import type { JWK } from 'jose'
import { InvalidInput } from '../errors.ts'
import type { Configuration, Trusted } from '../input/options.schema.ts'
import { symmetric } from './algorithms.ts'
import { Issuer } from './issuer.ts'
import { type KeySet, staticKeySet, type VerificationKey } from './key-set.ts'
import { KeySource } from './key-source.ts'
import { RemoteKeySet } from './remote-key-set.ts'
import { importVerificationKey } from './verification-key.ts'

/** The issuers whose keys are not the instance's own: trusted ones, and itself where it verifies by a URL. */
export async function otherIssuers(configuration: Configuration): Promise<readonly Issuer[]> {
  const { policy, keys, trust } = configuration
  const itself =
    keys instanceof URL
      ? [new Issuer(policy.issuer, null, remote(configuration, policy.issuer, keys))]
      : []
  const trusted = trust.map(async (one, i) => {
    return new Issuer(one.issuer, one, await keysOf(configuration, one, `trust.${i}`))
  })
  return [...itself, ...(await Promise.all(trusted))]
}

async function keysOf(
  configuration: Configuration,
  { issuer, jwks, legacyHs256Secret: secret }: Trusted,
  path: string,
): Promise<KeySet | RemoteKeySet> {
  if (secret !== undefined) return staticKeySet([secretKey(secret)])
  if (jwks === undefined || jwks instanceof URL) return remote(configuration, issuer, jwks)
  return staticKeySet(await importStatic(jwks.keys as readonly JWK[], `${path}.jwks.keys`))
}

function remote(
  { policy, fetch, keySetMaxAge }: Configuration,
  issuer: string,
  jwks: URL | undefined,
): RemoteKeySet {
  // The global one is looked up at each call: tests and tracing replace it.
  const ask: typeof globalThis.fetch = fetch ?? ((url, init) => globalThis.fetch(url, init))
  const source = new KeySource(issuer, jwks, ask)
  return new RemoteKeySet({ issuer, source, clock: policy.clock, maxAge: keySetMaxAge })
}

/**
 * Keys that the application gives. Those for other purposes are left out.
 * @throws InvalidInput with the path of a key that nobody should trust
 */
export async function importStatic(
  jwks: readonly JWK[],
  path: string,
): Promise<readonly VerificationKey[]> {
  const imported = await Promise.all(jwks.map(importVerificationKey))
  const keys = imported.flatMap((one, i) => {
    if ('import' in one) return one
    if (one.faulty) throw new InvalidInput(`${path}.${i}`, one.why)
    return []
  })
  if (keys.length > 0) return keys
  throw new InvalidInput(path, 'must hold a key that can verify signatures.')
}

/** The secret of a legacy issuer, as the one key of a set of its own. */
export function secretKey(secret: Uint8Array): VerificationKey {
  return { kid: null, algorithms: symmetric, import: async () => secret }
}
