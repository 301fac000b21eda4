import { createTokenward, generateKeys, type SigningKeys, type Tokenward } from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { importJWK, jwtVerify } from 'jose'

const issuer = 'https://issuer.example'

/** A way to verify tokens, and the tokens to verify. */
export interface Verifier {
  readonly name: string
  /** Rejects if the token is refused: the benchmark measures only accepted tokens. */
  readonly verify: (token: string) => Promise<unknown>
  readonly tokens: readonly string[]
}

/** The first one is jose alone, and the others are compared with it. */
export async function createVerifiers(
  concurrency: number,
): Promise<{ readonly all: readonly Verifier[]; readonly instances: readonly Tokenward[] }> {
  const keys = await generateKeys()
  const uncached = await createTokenward({ issuer, keys, repository: memory(), signatureCache: 0 })
  const cached = await createTokenward({ issuer, keys, repository: memory() })
  const tokens = await issueMany(uncached, concurrency)
  const all: Verifier[] = [
    { name: 'jose.jwtVerify alone', verify: await joseOnly(keys), tokens },
    { name: 'verify, signatureCache: 0', verify: requireActive(uncached), tokens },
    {
      name: 'verify, default',
      verify: requireActive(cached),
      tokens: await issueMany(cached, concurrency),
    },
  ]
  return { all, instances: [uncached, cached] }
}

function issueMany(instance: Tokenward, count: number): Promise<string[]> {
  const options = Array.from({ length: count }, (_, i) => ({
    subject: `subject-${i}`,
    client: 'client',
    refresh: false as const,
  }))
  return Promise.all(options.map(async (each) => (await instance.issue(each)).accessToken))
}

async function joseOnly([jwk]: SigningKeys): Promise<Verifier['verify']> {
  const { d: _, ...publicJwk } = jwk
  const key = await importJWK(publicJwk, 'ES256')
  const options = { issuer, audience: issuer, typ: 'at+jwt', algorithms: ['ES256'] }
  return (token) => jwtVerify(token, key, options)
}

function requireActive(instance: Tokenward): Verifier['verify'] {
  return async (token) => {
    const result = await instance.verify(token)
    if (!result.active) throw new Error(`refused: ${result.reason}`)
  }
}
