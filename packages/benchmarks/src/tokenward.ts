import {
  createTokenward,
  prepare,
  type SigningKeys,
  type TokenRepository,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'
import type { Operation } from './measure.ts'
import type { MeasuredStore } from './stores/measured-store.ts'

export const ISSUER = 'https://issuer.example'
/** Few enough that the signatures of all tokens are remembered. */
export const TOKENS = 1_000

/** An instance with its tokens, and what is measured of it. */
export interface MeasuredInstance {
  readonly accessTokens: readonly string[]
  readonly verify: Operation
  readonly revoke: Operation
  /** Of as many sessions as there are operations in flight: each is rotated by one of them at a time. */
  readonly rotate: Operation
  close(): Promise<void>
}

export async function measuredInstance(
  store: MeasuredStore,
  keys: SigningKeys,
  namespace: string,
  more: Partial<TokenwardOptions> = {},
): Promise<MeasuredInstance> {
  const { tokens, accessTokens } = await openInstance(() => store.repository(namespace), keys, more)
  return {
    accessTokens,
    async verify(n) {
      const result = await tokens.verify(accessTokens[n % TOKENS] ?? '')
      if (!result.active) throw new Error(`refused: ${result.reason}`)
    },
    revoke: (n) => tokens.revoke({ subject: `subject ${n} of ${namespace}` }),
    rotate: rotationOf(tokens),
    close: () => tokens.close(),
  }
}

/** A prepared instance, and {@link TOKENS} access tokens of it. */
export async function openInstance(
  repository: () => TokenRepository,
  keys: SigningKeys,
  more: Partial<TokenwardOptions> = {},
): Promise<{ readonly tokens: Tokenward; readonly accessTokens: readonly string[] }> {
  const options = { issuer: ISSUER, keys, signatureCache: 2 * TOKENS, ...more }
  await prepare({ ...options, repository: repository() })
  const tokens = await createTokenward({ ...options, repository: repository(), deadline: '20s' })
  return { tokens, accessTokens: await issueMany(tokens) }
}

/** Where the store can have a lease; `undefined`: it cannot. */
export async function leasedInstance(
  store: MeasuredStore,
  keys: SigningKeys,
  namespace: string,
): Promise<MeasuredInstance | undefined> {
  const { durability, linearizable } = store.repository('claims').capabilities
  if (durability !== 'durable' || !linearizable) return undefined
  return measuredInstance(store, keys, namespace, { cache: { lease: '250ms' } })
}

async function issueMany(tokens: Tokenward): Promise<string[]> {
  const accessTokens: string[] = []
  for (let n = 0; n < TOKENS; n++) {
    const options = { subject: `subject ${n}`, client: 'client', refresh: false } as const
    accessTokens.push((await tokens.issue(options)).accessToken)
  }
  return accessTokens
}

/** A session that no other operation rotates at the moment, or a new one. */
function rotationOf(tokens: Tokenward): Operation {
  const idle: string[] = []
  return async () => {
    const login = { subject: 'rotating', client: 'client' }
    const refreshToken = idle.pop() ?? (await tokens.issue(login)).refreshToken ?? ''
    const next = await tokens.rotate(refreshToken)
    if (!next.active) throw new Error(`not rotated: ${next.reason}`)
    idle.push(next.refreshToken)
  }
}
