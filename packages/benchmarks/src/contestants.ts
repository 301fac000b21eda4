import { createTokenward, generateKeys, type SigningKeys, type Tokenward } from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { importJWK, jwtVerify } from 'jose'

const issuer = 'https://issuer.example'

/** Somebody who verifies tokens, and the tokens that it is given. */
export interface Contestant {
  readonly name: string
  /** Rejects where the token is not good: a benchmark of refusals would mean nothing. */
  readonly verify: (token: string) => Promise<unknown>
  readonly tokens: readonly string[]
}

/** jose alone first: the others are measured against it. */
export async function contestants(
  inFlight: number,
): Promise<{ readonly all: readonly Contestant[]; readonly instances: readonly Tokenward[] }> {
  const keys = await generateKeys()
  const uncached = await createTokenward({ issuer, keys, repository: memory(), signatureCache: 0 })
  const cached = await createTokenward({ issuer, keys, repository: memory() })
  const tokens = await issueMany(uncached, inFlight)
  const all: Contestant[] = [
    { name: 'jose.jwtVerify alone', verify: await joseAlone(keys), tokens },
    { name: 'verify, signatureCache: 0', verify: strictly(uncached), tokens },
    {
      name: 'verify, default',
      verify: strictly(cached),
      tokens: await issueMany(cached, inFlight),
    },
  ]
  return { all, instances: [uncached, cached] }
}

function issueMany(instance: Tokenward, count: number): Promise<string[]> {
  const grants = Array.from({ length: count }, (_, i) => ({
    subject: `subject-${i}`,
    client: 'client',
    refresh: false as const,
  }))
  return Promise.all(grants.map(async (grant) => (await instance.issue(grant)).accessToken))
}

async function joseAlone([jwk]: SigningKeys): Promise<Contestant['verify']> {
  const { d: _, ...publicJwk } = jwk
  const key = await importJWK(publicJwk, 'ES256')
  const options = { issuer, audience: issuer, typ: 'at+jwt', algorithms: ['ES256'] }
  return (token) => jwtVerify(token, key, options)
}

function strictly(instance: Tokenward): Contestant['verify'] {
  return async (token) => {
    const verdict = await instance.verify(token)
    if (!verdict.active) throw new Error(`refused: ${verdict.reason}`)
  }
}
