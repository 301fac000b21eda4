import { createTokenward, generateKeys, prepare, type Tokenward } from '@tokenward/core'
import { ratesOf } from './rates.ts'
import type { Rival } from './stores/rival.ts'

/** Tokens that are verified in turn: their signatures are in the cache. */
const TOKENS = 1_000

export interface Comparison {
  readonly server: string
  readonly inFlight: number
  /** A second. */
  readonly get: number
  readonly verify: number
  readonly insert: number
  readonly revoke: number
}

/** What the store costs through the instance beside what its driver alone costs. */
export async function compareStore(
  rival: Rival,
  inFlights: readonly number[],
): Promise<Comparison[]> {
  const { repository, server } = rival
  const options = { issuer: 'https://issuer.example', keys: await generateKeys(), repository }
  await prepare(options)
  const instance = await createTokenward({ ...options, deadline: '20s' })
  await rival.fill(TOKENS)
  const tokens = await issueMany(instance)
  const comparisons: Comparison[] = []
  for (const inFlight of inFlights) {
    const works = {
      get: (n: number) => rival.get(n % TOKENS),
      verify: (n: number) => verify(instance, tokens[n % TOKENS] ?? ''),
      insert: (n: number) => rival.insert(n + 1e9 * inFlight),
      revoke: (n: number) => instance.revoke({ subject: `${inFlight} ${n}` }),
    }
    comparisons.push({ server, inFlight, ...(await ratesOf(works, inFlight)) })
  }
  await instance.close()
  return comparisons
}

async function issueMany(instance: Tokenward): Promise<string[]> {
  const tokens: string[] = []
  for (let n = 0; n < TOKENS; n++) {
    const grant = { subject: `subject ${n}`, client: 'client', refresh: false } as const
    tokens.push((await instance.issue(grant)).accessToken)
  }
  return tokens
}

async function verify(instance: Tokenward, token: string): Promise<void> {
  const verdict = await instance.verify(token)
  if (!verdict.active) throw new Error(`refused: ${verdict.reason}`)
}
