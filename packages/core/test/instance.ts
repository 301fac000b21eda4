import {
  createTokenward,
  generateKeys,
  type Tokenward,
  type TokenwardOptions,
} from '../src/index.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER, testClock } from './provider.ts'

/** The default keys of every instance. */
export const keys = generateKeys()

/** An instance on its own store, with a clock that the test sets. */
export async function instance(
  options: Partial<TokenwardOptions> = {},
): Promise<{ tokens: Tokenward; clock: ReturnType<typeof testClock> }> {
  const clock = testClock()
  const tokens = await createTokenward({
    issuer: ISSUER,
    keys: await keys,
    repository: mapRepository(),
    clock: clock.read,
    // Long enough for a busy machine; tests of the deadline give their own.
    deadline: '20s',
    ...options,
  })
  return { tokens, clock }
}

export const ADA = { subject: 'ada', client: 'web' } as const
export const MINUTE = 60_000
export const DAY = 86_400_000
