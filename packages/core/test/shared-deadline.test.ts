import { afterEach, expect, test, vi } from 'vitest'
import type { Tokenward } from '../src/index.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, sign, testClock, trusting } from './provider.ts'

const calls: Record<string, (instance: Tokenward, token: string) => Promise<unknown>> = {
  verify: (instance, token) => instance.verify(token),
  consume: (instance, token) => instance.consume(token),
  save: (instance, token) => instance.save(token),
  revoke: (instance, token) => instance.revoke(token),
  'revoke with its login': (instance, token) => instance.revoke(token, { cascade: true }),
  explain: (instance, token) => instance.explain(token),
}

afterEach(() => void vi.restoreAllMocks())

test.each(Object.entries(calls))(
  '%s: the time that keys take is taken off what the store may take',
  { timeout: 60_000 },
  async (_, call) => {
    const provider = await createProvider()
    const clock = testClock()
    let silent = false
    const repository = mapRepository()
    const read: typeof repository.read = (keys, signal) =>
      silent ? new Promise(() => {}) : repository.read(keys, signal)
    const now = performance.now.bind(performance)
    let passed = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now() + passed)
    // Nothing is fetched before the call: the look at the start meets an endpoint that is away.
    provider.answer = () => Promise.reject()
    await using instance = await trusting({
      fetch: provider.fetch,
      clock: clock.read,
      repository: { ...repository, read },
      deadline: '300s',
    })
    await instance.health()
    passed += 60_000
    // The metadata and the key set take all of the deadline but a tenth of a second.
    provider.answer = () => {
      passed += 149_950
      return null
    }
    silent = true
    const token = await sign(provider.key, claimsAt(clock.now, { sid: 'login' }))
    // With a deadline of its own the store would be waited for until this test runs out of time.
    await expect(call(instance, token)).rejects.toMatchObject({
      code: 'TOKENWARD_STORE_UNAVAILABLE',
    })
    expect(provider.reads).toBe(1)
  },
)
