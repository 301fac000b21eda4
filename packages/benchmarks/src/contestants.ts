import {
  createTokenward,
  generateKeys,
  prepare,
  type SigningKeys,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'
import { importJWK, jwtVerify } from 'jose'
import type { Contestant, Operation } from './measure.ts'
import type { MeasuredStore } from './stores/measured-store.ts'

const ISSUER = 'https://issuer.example'
/** Few enough that the signatures of all tokens are remembered. */
const TOKENS = 1_000
/** In each round, by what it costs. */
const FAST = 20_000
const READS = 4_000
const SIGNATURES = 1_000
const WRITES = 500

/** What is measured beside what, on one store. */
export interface Contest {
  readonly contestants: Readonly<Record<string, Contestant>>
  close(): Promise<void>
}

/** A driver alone, other ways to check a token, and Tokenward, on the same server. */
export async function contestOn(store: MeasuredStore, concurrency: number): Promise<Contest> {
  const keys = await generateKeys()
  await store.fill(TOKENS)
  const tokens = await instanceOn(store, keys, `plain ${concurrency}`)
  const { durability, linearizable } = store.repository('claims').capabilities
  const canLease = durability === 'durable' && linearizable
  const leased = canLease
    ? await instanceOn(store, keys, `leased ${concurrency}`, { cache: { lease: '250ms' } })
    : null
  const accessTokens = await issueMany(tokens)
  const leasedTokens = leased ? await issueMany(leased) : []
  const jose = await joseVerify(keys)
  const token = (all: readonly string[], n: number) => all[n % TOKENS] ?? ''
  const reads = concurrency === 1 ? READS / 4 : READS
  const [get, { getPipelined }] = [(n: number) => store.get(n % TOKENS), store]
  const contestants: Record<string, Contestant> = {
    get: { run: get, count: reads },
    ...(getPipelined && {
      'get, auto-pipelined': { run: (n) => getPipelined(n % TOKENS), count: reads },
    }),
    'jose.jwtVerify + get': {
      run: async (n) => {
        await jose(token(accessTokens, n))
        await get(n)
      },
      count: Math.min(reads, SIGNATURES),
    },
    verify: { run: verifyBy(tokens, (n) => token(accessTokens, n)), count: reads },
    ...(leased && {
      'verify, lease of 250 ms': {
        run: verifyBy(leased, (n) => token(leasedTokens, n)),
        count: FAST,
      },
    }),
    insert: { run: (n) => store.insert(n + 1e9 * concurrency), count: WRITES },
    revoke: {
      run: (n) => tokens.revoke({ subject: `subject ${n} of ${concurrency}` }),
      count: WRITES,
    },
  }
  return {
    contestants,
    close: async () => void (await Promise.all([tokens.close(), leased?.close()])),
  }
}

async function instanceOn(
  store: MeasuredStore,
  keys: SigningKeys,
  namespace: string,
  more: Partial<TokenwardOptions> = {},
): Promise<Tokenward> {
  const options = { issuer: ISSUER, keys, signatureCache: 2 * TOKENS, ...more }
  await prepare({ ...options, repository: store.repository(namespace) })
  return createTokenward({
    ...options,
    repository: store.repository(namespace),
    deadline: '20s',
  })
}

async function issueMany(tokens: Tokenward): Promise<string[]> {
  const accessTokens: string[] = []
  for (let n = 0; n < TOKENS; n++) {
    const options = { subject: `subject ${n}`, client: 'client', refresh: false } as const
    accessTokens.push((await tokens.issue(options)).accessToken)
  }
  return accessTokens
}

function verifyBy(tokens: Tokenward, tokenOf: (n: number) => string): Operation {
  return async (n) => {
    const result = await tokens.verify(tokenOf(n))
    if (!result.active) throw new Error(`refused: ${result.reason}`)
  }
}

async function joseVerify([jwk]: SigningKeys): Promise<(token: string) => Promise<unknown>> {
  const { d: _, ...publicJwk } = jwk
  const key = await importJWK(publicJwk, 'ES256')
  const options = { issuer: ISSUER, audience: ISSUER, typ: 'at+jwt', algorithms: ['ES256'] }
  return (token) => jwtVerify(token, key, options)
}
