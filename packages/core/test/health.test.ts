import { expect, test } from 'vitest'
import { createTokenward, generateKeys, prepare } from '../src/index.ts'
import { instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { createProvider, ISSUER, publicPart, testClock, trusting } from './provider.ts'

test('health() reports the store, the issuers and the keys', async () => {
  const provider = await createProvider()
  const clock = testClock()
  const trustOptions = { jwks: new URL(provider.jwksUri) }
  const { fetch } = provider
  await using tokens = await trusting({ fetch, clock: clock.read, trustOptions })
  const health = await tokens.health()
  expect(health).toMatchObject({
    ok: true,
    adapter: 'map',
    capabilities: mapRepository().capabilities,
    findings: [],
    issuers: [
      { issuer: ISSUER, ok: true, keys: 1 },
      { issuer: provider.issuer, ok: true, keys: 1, fetchedAt: clock.now },
    ],
    signingKeys: [{ alg: 'ES256', status: 'signs' }],
  })
  expect(health.latency).toBeGreaterThanOrEqual(0)
  expect(health.issuers[0]).not.toHaveProperty('fetchedAt')
  expect(health).not.toHaveProperty('error')
})

test('health() reports a store that fails, and does not throw', async () => {
  let isDown = false
  const inner = mapRepository()
  const read: typeof inner.read = async (keys, signal) => {
    if (isDown) throw new Error('away')
    return inner.read(keys, signal)
  }
  const { tokens } = await instance({ repository: { ...inner, read } })
  isDown = true
  const failed = { code: 'TOKENWARD_STORE_UNAVAILABLE' }
  expect(await tokens.health()).toMatchObject({ ok: false, error: failed })
})

test('an instance that only verifies has no time to remove a key, and none by a URL', async () => {
  const [key] = await generateKeys()
  const options = { issuer: ISSUER, repository: mapRepository(), clock: testClock().read }
  await prepare({ ...options, keys: [key] })
  await using verifier = await createTokenward({ ...options, keys: [publicPart(key)] })
  const { signingKeys } = await verifier.health()
  expect(signingKeys).toMatchObject([{ status: 'verifies' }])
  expect(signingKeys[0]).not.toHaveProperty('removableAt')

  const fetch = (async () => Response.json({ keys: [publicPart(key)] })) as typeof globalThis.fetch
  const url = new URL('https://api.example/jwks')
  await using remote = await createTokenward({ ...options, keys: url, fetch })
  expect(await remote.health()).toMatchObject({ ok: true, signingKeys: [] })
  expect(() => remote.jwks()).toThrow(
    expect.objectContaining({ code: 'TOKENWARD_KEYS_UNAVAILABLE' }),
  )
})
