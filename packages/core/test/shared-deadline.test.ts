import { afterEach, expect, test, vi } from 'vitest'
import type { Tokenward } from '../src/index.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, sign, testClock, trusting } from './provider.ts'

const calls: Record<string, (instance: Tokenward, token: string) => Promise<unknown>> = {
  verify: (instance, token) => instance.verify(token),
  consume: (instance, token) => instance.consume(token),
  save: (instance, token) => instance.save(token),
  revoke: (instance, token) => instance.revoke(token),
  'revoke with its session': (instance, token) => instance.revoke(token, { cascade: true }),
  explain: (instance, token) => instance.explain(token),
}

afterEach(() => void vi.restoreAllMocks())

test.each(Object.entries(calls))(
  '%s: fetching keys and the store share one deadline',
  { timeout: 60_000 },
  async (_, call) => {
    const provider = await createProvider()
    const clock = testClock()
    let isSilent = false
    const repository = mapRepository()
    const read: typeof repository.read = (keys, signal) =>
      isSilent ? new Promise(() => {}) : repository.read(keys, signal)
    const now = performance.now.bind(performance)
    let passedMs = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
    // Nothing is fetched before the call: the endpoint is down at the start.
    provider.respond = () => Promise.reject()
    await using instance = await trusting({
      fetch: provider.fetch,
      clock: clock.read,
      repository: { ...repository, read },
      deadline: '300s',
    })
    await instance.health()
    passedMs += 60_000
    // Metadata and key set take the whole deadline except for 100 ms.
    provider.respond = () => {
      passedMs += 149_950
      return null
    }
    isSilent = true
    const token = await sign(provider.key, claimsAt(clock.now, { sid: 'login' }))
    // With a separate deadline for the store, this test would time out.
    await expect(call(instance, token)).rejects.toMatchObject({
      code: 'TOKENWARD_STORE_UNAVAILABLE',
    })
    expect(provider.reads).toBe(1)
  },
)
