import type { JWK } from 'jose'
import { InvalidInput } from '../errors.ts'
import type { Configuration } from '../input/options.schema.ts'
import type { Trusted } from '../input/trust.schema.ts'
import { symmetric } from './algorithms.ts'
import { Issuer } from './issuer.ts'
import { type KeySet, staticKeySet, type VerificationKey } from './key-set.ts'
import { KeySource } from './key-source.ts'
import { loaderOf, RemoteKeySet } from './remote-key-set.ts'
import { importVerificationKey } from './verification-key.ts'

/** The trusted issuers, and the instance's own issuer if it verifies by the URL of its keys. */
export async function otherIssuers(configuration: Configuration): Promise<readonly Issuer[]> {
  const { policy, keys, trust } = configuration
  const self =
    keys instanceof URL
      ? [new Issuer(policy.issuer, null, remote(configuration, policy.issuer, keys))]
      : []
  const trusted = trust.map(async (options, i) => {
    const keySet = await keysOf(configuration, options, `trust.${i}`)
    return new Issuer(options.issuer, options, keySet)
  })
  return [...self, ...(await Promise.all(trusted))]
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
  // The global `fetch` is looked up at each call, because tests and tracing replace it.
  const fetchKeys: typeof globalThis.fetch = fetch ?? ((url, init) => globalThis.fetch(url, init))
  const load = loaderOf(new KeySource(issuer, jwks, fetchKeys))
  return new RemoteKeySet({ issuer, load, clock: policy.clock, maxAge: keySetMaxAge })
}

/**
 * Imports keys that the application gives, except for keys with another purpose.
 * @throws `TOKENWARD_INVALID_INPUT`: a key is unsafe, and `path` names it
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
  throw new InvalidInput(path, 'must contain a key that can verify signatures.')
}

/** The secret of a legacy issuer, as a key. */
export function secretKey(secret: Uint8Array): VerificationKey {
  return { kid: null, algorithms: symmetric, import: async () => secret }
}
