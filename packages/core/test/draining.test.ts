import { afterEach, expect, test, vi } from 'vitest'
import { ADA, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, sign, testClock, trusting } from './provider.ts'

afterEach(() => void vi.restoreAllMocks())

const CLOSED = { code: 'TOKENWARD_CLOSED' }

/** A verification that waits for the store. */
async function verifying() {
  const inner = mapRepository()
  let reply: Promise<void> | null = null
  const reached = Promise.withResolvers<void>()
  const { tokens } = await instance({
    repository: {
      ...inner,
      read: async (...args) => {
        if (reply !== null) reached.resolve()
        await reply
        return inner.read(...args)
      },
    },
  })
  const { accessToken } = await tokens.issue(ADA)
  const { promise, resolve } = Promise.withResolvers<void>()
  reply = promise
  const verified = tokens.verify(accessToken)
  verified.catch(() => undefined)
  await reached.promise
  return { tokens, verified, answer: resolve }
}

test('close() with a drain resolves at once where no call is under way', async () => {
  const { tokens } = await instance()
  const { setTimeout } = globalThis
  const delays: unknown[] = []
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((task: () => void, ms: number) => {
    delays.push(ms)
    return setTimeout(task, Math.min(ms, 1_000))
  }) as never)
  await tokens.close({ drain: '5m' })
  expect(delays).not.toContain(300_000)
})

test('close() without a drain ends a call before its reply is handled', async () => {
  const { tokens, verified, answer } = await verifying()
  const closed = tokens.close()
  setImmediate(answer)
  await expect(verified).rejects.toMatchObject(CLOSED)
  await closed
})

test('a drain leaves no timer behind', async () => {
  const { tokens, verified, answer } = await verifying()
  const started = vi.spyOn(globalThis, 'setTimeout')
  const ended = vi.spyOn(globalThis, 'clearTimeout')
  const closed = tokens.close({ drain: '5m' })
  await vi.waitFor(() => expect(started.mock.calls.map(([, ms]) => ms)).toContain(300_000))
  const drain = started.mock.calls.findIndex(([, ms]) => ms === 300_000)
  answer()
  expect(await verified).toMatchObject({ active: true })
  await closed
  expect(ended.mock.calls.flat()).toContain(started.mock.results[drain]?.value)
})

test('close() ends calls that wait for the keys of an issuer', async () => {
  const provider = await createProvider()
  const clock = testClock()
  provider.respond = () => new Promise(() => {})
  const tokens = await trusting({ fetch: provider.fetch, clock: clock.read })
  const verified = tokens.verify(await sign(provider.key, claimsAt(clock.now)))
  const ended = expect(verified).rejects.toMatchObject(CLOSED)
  await vi.waitFor(() => expect(provider.fetched).not.toEqual([]))
  await Promise.all([tokens.close(), ended])
})
