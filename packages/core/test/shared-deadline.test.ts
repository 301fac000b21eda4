import { afterEach, expect, test, vi } from 'vitest'
import type { Tokenward } from '../src/index.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, sign, testClock, trusting } from './provider.ts'

const calls: Record<string, (ward: Tokenward, token: string) => Promise<unknown>> = {
  verify: (ward, token) => ward.verify(token),
  consume: (ward, token) => ward.consume(token),
  save: (ward, token) => ward.save(token),
  revoke: (ward, token) => ward.revoke(token),
  'revoke with its login': (ward, token) => ward.revoke(token, { cascade: true }),
  explain: (ward, token) => ward.explain(token),
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
    await using ward = await trusting({
      fetch: provider.fetch,
      clock: clock.read,
      repository: { ...repository, read },
      deadline: '300s',
    })
    await ward.health()
    passed += 60_000
    // The metadata and the key set take all of the deadline but a tenth of a second.
    provider.answer = () => {
      passed += 149_950
      return null
    }
    silent = true
    const token = await sign(provider.key, claimsAt(clock.now, { sid: 'login' }))
    // With a deadline of its own the store would be waited for until this test runs out of time.
    await expect(call(ward, token)).rejects.toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
    expect(provider.reads).toBe(1)
  },
)
