import { createTokenward, generateKeys, prepare, type Tokenward } from '@tokenward/core'
import { measureRates } from './measure-rates.ts'
import type { MeasuredStore } from './stores/measured-store.ts'

/** Few enough that the signatures of all tokens stay in the signature cache. */
const TOKEN_COUNT = 1_000

/** Rates per second, with a number of operations in flight. */
export interface Comparison {
  readonly concurrency: number
  /** Lookups with the driver alone. */
  readonly get: number
  readonly verify: number
  /** Inserts with the driver alone. */
  readonly insert: number
  readonly revoke: number
}

/** Compares `verify` and `revoke` with a lookup and an insert of the store's driver. */
export async function compareStore(
  store: MeasuredStore,
  concurrencies: readonly number[],
): Promise<Comparison[]> {
  const { repository } = store
  const options = { issuer: 'https://issuer.example', keys: await generateKeys(), repository }
  await prepare(options)
  const tokens = await createTokenward({ ...options, deadline: '20s' })
  await store.fill(TOKEN_COUNT)
  const accessTokens = await issueMany(tokens)
  const comparisons: Comparison[] = []
  for (const concurrency of concurrencies) {
    const operations = {
      get: (n: number) => store.get(n % TOKEN_COUNT),
      verify: (n: number) => verify(tokens, accessTokens[n % TOKEN_COUNT] ?? ''),
      insert: (n: number) => store.insert(n + 1e9 * concurrency),
      revoke: (n: number) => tokens.revoke({ subject: `${concurrency} ${n}` }),
    }
    comparisons.push({ concurrency, ...(await measureRates(operations, concurrency)) })
  }
  await tokens.close()
  return comparisons
}

async function issueMany(tokens: Tokenward): Promise<string[]> {
  const accessTokens: string[] = []
  for (let n = 0; n < TOKEN_COUNT; n++) {
    const options = { subject: `subject ${n}`, client: 'client', refresh: false } as const
    accessTokens.push((await tokens.issue(options)).accessToken)
  }
  return accessTokens
}

async function verify(tokens: Tokenward, token: string): Promise<void> {
  const result = await tokens.verify(token)
  if (!result.active) throw new Error(`refused: ${result.reason}`)
}
