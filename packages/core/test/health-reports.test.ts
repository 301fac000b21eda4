import { afterEach, expect, test, vi } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { generateKeys } from '../src/index.ts'
import { instance, keys } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { createProvider, IDP, ISSUER, testClock, trusting } from './provider.ts'
import { recordOfKind } from './sealing/fixtures.ts'

afterEach(() => void vi.restoreAllMocks())

const CLOSED = { code: 'TOKENWARD_CLOSED' }

test('the latency is the time of the read', async () => {
  const inner = mapRepository()
  let passed = 0
  const start = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => start + passed)
  const { tokens } = await instance({
    repository: {
      ...inner,
      read: (...args) => {
        passed += 7
        return inner.read(...args)
      },
    },
  })
  expect((await tokens.health()).latency).toBeCloseTo(7, 3)
})

test('a corrupt root record is reported, and how to replace it', async () => {
  const records = new Map<string, StoredRecord>()
  const { tokens } = await instance({ repository: mapRepository(records) })
  const root = recordOfKind(records, 'root')
  records.set(root.key, { ...root, body: '{' })
  const { ok, error, latency } = await tokens.health()
  expect({ ok, error }).toEqual({
    ok: false,
    error: expect.objectContaining({
      code: 'TOKENWARD_STORE_UNAVAILABLE',
      message: expect.stringContaining('prepare()'),
    }),
  })
  expect(latency).toBeGreaterThanOrEqual(0)
})

test('an evicting store without a root record is in order, and a key can be removed in time', async () => {
  const inner = mapRepository()
  const capabilities = { ...inner.capabilities, durability: 'evicting' } as const
  const [first] = await keys
  const [second] = await generateKeys()
  const { tokens } = await instance({
    keys: [first, second],
    repository: { ...inner, capabilities },
  })
  const { ok, signingKeys } = await tokens.health()
  expect(ok).toBe(true)
  const [removableAt] = signingKeys.flatMap((key) => ('removableAt' in key ? key.removableAt : []))
  expect(removableAt).toBeGreaterThan(0)
})

test('an instance is not in order if one of its issuers has no keys', async () => {
  const provider = await createProvider()
  provider.jwks = { keys: [] }
  const clock = testClock()
  await using tokens = await trusting({ fetch: provider.fetch, clock: clock.read })
  const { ok, issuers } = await tokens.health()
  expect(ok).toBe(false)
  expect(issuers).toEqual([
    { issuer: ISSUER, ok: true, keys: 1 },
    {
      issuer: IDP,
      ok: false,
      keys: 0,
      fetchedAt: clock.now,
      error: expect.objectContaining({
        code: 'TOKENWARD_KEYS_UNAVAILABLE',
        message: expect.stringMatching(`^The key set of ${IDP} has no key that can verify.$`),
      }),
    },
  ])
})

test('the error of an issuer without a usable key names the skipped ones', async () => {
  const provider = await createProvider()
  provider.jwks = { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }
  await using tokens = await trusting({ fetch: provider.fetch, clock: testClock().read })
  const [, issuer] = (await tokens.health()).issuers
  const [reason = ''] = issuer?.skipped ?? []
  expect(reason).not.toBe('')
  expect(issuer?.error?.message).toMatch(/verify. keys.0 /)
  expect(issuer?.error?.message.endsWith(` ${reason}`)).toBe(true)
})

test('an issuer whose keys can be used has no error and nothing skipped', async () => {
  const provider = await createProvider()
  const clock = testClock()
  await using tokens = await trusting({ fetch: provider.fetch, clock: clock.read })
  const [, issuer] = (await tokens.health()).issuers
  expect(issuer).toEqual({ issuer: IDP, ok: true, keys: 1, fetchedAt: clock.now })
})

test('close() rejects a report that waits for the store', async () => {
  const inner = mapRepository()
  let isSilent = false
  const reached = Promise.withResolvers<void>()
  const { tokens } = await instance({
    repository: {
      ...inner,
      read: (...args) => {
        if (!isSilent) return inner.read(...args)
        reached.resolve()
        return new Promise(() => {})
      },
    },
  })
  isSilent = true
  const ended = expect(tokens.health()).rejects.toMatchObject(CLOSED)
  await reached.promise
  await Promise.all([tokens.close(), ended])
})

test('close() rejects a report that waits for keys', async () => {
  const provider = await createProvider()
  provider.respond = () => new Promise(() => {})
  const inner = mapRepository()
  let reads = 0
  const repository: typeof inner = {
    ...inner,
    read: async (...args) => {
      const reply = await inner.read(...args)
      reads++
      return reply
    },
  }
  const { fetch } = provider
  const tokens = await trusting({ fetch, clock: testClock().read, repository })
  reads = 0
  const ended = expect(tokens.health()).rejects.toMatchObject(CLOSED)
  await vi.waitFor(() => expect(reads).toBe(1))
  await new Promise((resolve) => setImmediate(resolve))
  await Promise.all([tokens.close(), ended])
})
