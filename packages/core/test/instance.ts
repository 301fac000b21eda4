import {
  createTokenward,
  generateKeys,
  type Tokenward,
  type TokenwardOptions,
} from '../src/index.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER, testClock } from './provider.ts'

/** Of every instance, unless a test says otherwise. */
export const keys = generateKeys()

/** An instance on a store of its own, with a clock that moves when it is told to. */
export async function instance(
  options: Partial<TokenwardOptions> = {},
): Promise<{ tokens: Tokenward; clock: ReturnType<typeof testClock> }> {
  const clock = testClock()
  const tokens = await createTokenward({
    issuer: ISSUER,
    keys: await keys,
    repository: mapRepository(),
    clock: clock.read,
    // Long, so that a busy machine fails no test that is not about the deadline.
    deadline: '20s',
    ...options,
  })
  return { tokens, clock }
}

export const ADA = { subject: 'ada', client: 'web' } as const
export const MINUTE = 60_000
export const DAY = 86_400_000
