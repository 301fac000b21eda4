import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createTokenward, generateKeys } from '../src/index.ts'
import { mapRepository } from './map-repository.ts'
import {
  claimsAt,
  createProvider,
  IDP,
  JWKS_URI,
  outcomeOf,
  Provider,
  publicPart,
  sign,
  testClock,
  trusting,
} from './provider.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const KEYS = 'TOKENWARD_KEYS_UNAVAILABLE'

let provider: Provider
let clock: ReturnType<typeof testClock>
let token: string
beforeEach(async () => {
  provider = await createProvider()
  clock = testClock()
  token = await sign(provider.key, claimsAt(clock.now))
})

const fail = () => Promise.reject(new TypeError('fetch failed'))
const open = (options: Parameters<typeof trusting>[0] = {}) =>
  trusting({ fetch: provider.fetch, clock: clock.read, signatureCache: 0, ...options })

describe('a fetched key set', () => {
  test('is used for a day while its endpoint is down, and no longer', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    provider.respond = fail
    for (const age of [11 * MINUTE, HOUR, 24 * HOUR - 2 * HOUR]) {
      clock.now += age
      expect(await outcomeOf(instance, token), `${age}`).toBe('active')
    }
    clock.now += 24 * HOUR
    expect(await outcomeOf(instance, token)).toBe(KEYS)
  })

  test('is used for keySetMaxAge while its endpoint is down', async () => {
    await using instance = await open({ keySetMaxAge: '1h' })
    expect(await outcomeOf(instance, token)).toBe('active')
    provider.respond = fail
    clock.now += 59 * MINUTE
    expect(await outcomeOf(instance, token)).toBe('active')
    clock.now += 2 * MINUTE
    expect(await outcomeOf(instance, token)).toBe(KEYS)
  })

  test('is used with cached signatures while its endpoint is down', async () => {
    await using instance = await open({ signatureCache: 10 })
    expect(await outcomeOf(instance, token)).toBe('active')
    provider.respond = fail
    clock.now += HOUR
    expect(await outcomeOf(instance, token)).toBe('active')
    expect(await outcomeOf(instance, token)).toBe('active')
  })

  test('is refreshed in the background, before a call would have to wait', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    provider.respond = () => new Promise(() => {})
    clock.now += 6 * MINUTE
    expect(await outcomeOf(instance, token)).toBe('active')
    expect(provider.reads).toBe(2)
  })

  test('is fetched again before it is used once it is 10 minutes old', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    const [other] = await generateKeys()
    provider.jwks = { keys: [publicPart(other)] }
    clock.now += 11 * MINUTE
    expect(await outcomeOf(instance, token)).toBe('untrusted')
  })

  test('is used if the endpoint does not respond, with time left for the store', async () => {
    await using instance = await open({ deadline: '4s' })
    expect(await outcomeOf(instance, token)).toBe('active')
    provider.respond = () => new Promise(() => {})
    clock.now += 11 * MINUTE
    expect(await outcomeOf(instance, token)).toBe('active')
  })

  test('delays no call while the endpoint is known to be down', {
    timeout: 60_000,
  }, async () => {
    await using instance = await open({ deadline: '300s' })
    expect(await outcomeOf(instance, token)).toBe('active')
    provider.respond = fail
    clock.now += 11 * MINUTE
    expect(await outcomeOf(instance, token)).toBe('active')
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 10_000)
    const { length } = provider.fetched
    provider.respond = () => new Promise(() => {})
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal)
    // A call that waited for the fetch would wait for half of its deadline.
    expect(await outcomeOf(instance, token)).toBe('active')
    expect(provider.fetched.length).toBeGreaterThan(length)
    vi.restoreAllMocks()
  })

  test('does not become new when the clock is set back', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    provider.respond = fail
    clock.now -= 25 * HOUR
    expect(await outcomeOf(instance, token)).toBe(KEYS)
  })
})

describe('an unknown key id', () => {
  test('is found if the issuer has rotated its keys', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    const [next] = await generateKeys()
    provider.jwks.keys.push(publicPart(next))
    expect(await outcomeOf(instance, await sign(next, claimsAt(clock.now)))).toBe('active')
  })

  test('is refused after a fetch, and many of them share few fetches', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    const forged = Array.from({ length: 60 }, (_, i) =>
      sign(provider.key, claimsAt(clock.now), { kid: `forged ${i}` }),
    )
    const outcomes = (await Promise.all(forged)).map((one) => outcomeOf(instance, one))
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['untrusted']))
    expect(provider.reads).toBeLessThanOrEqual(3)
  })

  test('causes at most two fetches per second', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    const starts: number[] = []
    provider.respond = (url) => {
      if (url === JWKS_URI) starts.push(performance.now())
      return null
    }
    for (let i = 0; i < 4; i++) {
      const forged = await sign(provider.key, claimsAt(clock.now), { kid: `forged ${i}` })
      expect(await outcomeOf(instance, forged)).toBe('untrusted')
    }
    expect(starts).toHaveLength(4)
    // A timer may fire a little early by another clock.
    for (const [i, start] of starts.entries())
      expect(start - (starts[i - 1] ?? 0)).toBeGreaterThan(480)
  })

  test('is remembered: the second token with it causes no fetch', async () => {
    await using instance = await open()
    const forged = await sign(provider.key, claimsAt(clock.now), { kid: 'forged' })
    expect(await outcomeOf(instance, forged)).toBe('untrusted')
    const { reads } = provider
    for (let i = 0; i < 20; i++) expect(await outcomeOf(instance, forged)).toBe('untrusted')
    expect(provider.reads).toBe(reads)
  })

  test('is not refused while the endpoint is down', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    provider.respond = fail
    const forged = await sign(provider.key, claimsAt(clock.now), { kid: 'forged' })
    expect(await outcomeOf(instance, forged)).toBe(KEYS)
    expect(await outcomeOf(instance, token)).toBe('active')
  })
})

test('an endpoint that fails is not called for each token', async () => {
  provider.respond = fail
  await using instance = await open()
  const before = provider.fetched.length
  const outcomes = new Set<string>()
  for (let i = 0; i < 100; i++) outcomes.add(await outcomeOf(instance, `${token}x`))
  expect(outcomes).toEqual(new Set([KEYS]))
  expect(provider.fetched.length - before).toBeLessThanOrEqual(6)
})

test('an endpoint that works again is used again', async () => {
  provider.respond = fail
  await using instance = await open()
  expect(await outcomeOf(instance, token)).toBe(KEYS)
  provider.respond = () => null
  await vi.waitFor(async () => expect(await outcomeOf(instance, token)).toBe('active'), 10_000)
})

describe('an issuer that moves its keys', () => {
  test.each([
    ['and still serves the old ones', () => null],
    [
      'and responds with 404 at the old URL',
      (url: string) => (url === JWKS_URI ? new Response('', { status: 404 }) : null),
    ],
  ])('%s, is found', async (_, respond) => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    const moved = new Provider(IDP, (await generateKeys())[0], 'https://keys.example/jwks')
    provider.respond = (url, init) =>
      respond(url) ?? (url === JWKS_URI ? null : moved.fetch(url, init))
    expect(await outcomeOf(instance, await sign(moved.key, claimsAt(clock.now)))).toBe('active')
  })

  test('is found although its metadata is unavailable for a while', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    const [next] = await generateKeys()
    provider.jwks.keys.push(publicPart(next))
    provider.respond = (url) => (url === JWKS_URI ? null : new Response('', { status: 503 }))
    expect(await outcomeOf(instance, await sign(next, claimsAt(clock.now)))).toBe('active')
  })
})

describe('a fetch', () => {
  test('uses no cache and follows no redirect', async () => {
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe('active')
    expect(provider.requests.length).toBeGreaterThanOrEqual(2)
    for (const request of provider.requests) {
      expect(request).toMatchObject({ cache: 'no-store', redirect: 'manual' })
      expect(request.signal).toBeInstanceOf(AbortSignal)
    }
  })

  test.each([302, 404, 500])('with status %i is no key set', async (status) => {
    provider.respond = (url) =>
      url === JWKS_URI ? new Response(JSON.stringify(provider.jwks), { status }) : null
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe(KEYS)
  })

  test('by the application that has followed a redirect is no key set', async () => {
    provider.respond = (url) => {
      if (url !== JWKS_URI) return null
      return Object.defineProperty(Response.json(provider.jwks), 'redirected', { value: true })
    }
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe(KEYS)
  })

  test.each([
    ['http to another host', 'http://keys.example/jwks'],
    ['http to this machine', 'http://127.0.0.1/jwks'],
    ['http to localhost', 'http://localhost/jwks'],
    ['a file', 'file:///etc/passwd'],
    ['a relative URL', 'jwks'],
  ])('of the keys of an https issuer does not go to %s', async (_, uri) => {
    provider.jwksUri = uri
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe(KEYS)
    expect(provider.fetched).not.toContain(uri)
  })

  test('of the keys of a loopback issuer may use http', async () => {
    const idp = 'http://127.0.0.1:4000'
    provider = await createProvider(idp, `${idp}/jwks`)
    await using instance = await open({ idp, fetch: provider.fetch })
    const local = await sign(provider.key, claimsAt(clock.now, { iss: idp }))
    expect(await outcomeOf(instance, local)).toBe('active')
  })

  test.each([
    ['the key set', JWKS_URI],
    ['the metadata', `${IDP}/.well-known/openid-configuration`],
  ])('of %s that never ends is aborted at 512 KB', async (_, endless) => {
    let read = 0
    let cancelled = false
    const body = () =>
      new ReadableStream({
        pull: (controller) => {
          read += 65_536
          controller.enqueue(new Uint8Array(65_536).fill(32))
        },
        cancel: () => {
          cancelled = true
        },
      })
    provider.respond = (url) => (url === endless ? new Response(body()) : null)
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe(KEYS)
    expect(cancelled).toBe(true)
    expect(read).toBeLessThan(2 * 1_048_576)
  })
})

describe('the keys are unavailable if the fetch of the application', () => {
  const response = (more: object) => Promise.resolve({ status: 200, ...more } as never)
  const text = (body: string | Uint8Array<ArrayBuffer>) => Promise.resolve(new Response(body))
  test.each<[string, () => Promise<Response>]>([
    [
      'throws',
      () => {
        throw new RangeError('oops')
      },
    ],
    ['rejects with undefined', () => Promise.reject()],
    ['resolves with undefined', () => Promise.resolve(undefined as never)],
    ['resolves with another object', () => response({})],
    [
      'returns a body that fails',
      () => response({ body: new ReadableStream({ pull: (c) => c.error(1) }) }),
    ],
    [
      'returns a body that is read already',
      () =>
        response({
          body: {
            getReader: () => {
              throw Error()
            },
          },
        }),
    ],
    ['returns bytes that are not UTF-8', () => text(new Uint8Array([0xff, 0xfe]))],
    ['returns text that is not JSON', () => text('<html>')],
    ['returns null as JSON', () => text('null')],
    ['returns no list of keys', () => text('{"keys":{"length":1}}')],
    ['returns 101 keys', () => text(JSON.stringify({ keys: Array(101).fill({}) }))],
    ['returns deeply nested JSON', () => text('['.repeat(100_000))],
  ])('%s', async (_, respond) => {
    provider.respond = (url) => (url === JWKS_URI ? respond() : null)
    await using instance = await open()
    expect(await outcomeOf(instance, token)).toBe(KEYS)
  })

  test('never settles', async () => {
    provider.respond = () => new Promise(() => {})
    await using instance = await open({ deadline: '100ms' })
    expect(await outcomeOf(instance, token)).toBe(KEYS)
  })

  test('returns a body that never ends', async () => {
    provider.respond = () => new Response(new ReadableStream({ start: () => {} }))
    await using instance = await open({ deadline: '100ms' })
    expect(await outcomeOf(instance, token)).toBe(KEYS)
  })
})

describe('close()', () => {
  test('aborts a running fetch and the calls that wait for it', async () => {
    const signals: AbortSignal[] = []
    provider.respond = (_, { signal }) => {
      signals.push(signal as AbortSignal)
      return new Promise(() => {})
    }
    const instance = await open()
    const waiting = outcomeOf(instance, token)
    await vi.waitFor(() => expect(signals.length).toBeGreaterThan(0))
    await instance.close()
    expect(await waiting).toBe('TOKENWARD_CLOSED')
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  test('leaves no timer that keeps the process running', async () => {
    const script = `
      import { trusting, createProvider, sign, claimsAt, testClock } from './provider.ts'
      const provider = await createProvider()
      const clock = testClock()
      const instance = await trusting({ fetch: provider.fetch, clock: clock.read })
      const kid = 'forged'
      const forged = await sign(provider.key, claimsAt(clock.now), { kid })
      const waiting = instance.verify(forged).catch(() => {})
      await instance.close()
      await waiting
      process.on('beforeExit', () => console.log(process.getActiveResourcesInfo().join()))
    `
    const args = ['--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: import.meta.dirname,
    })
    expect(stdout).not.toContain('Timeout')
  })
})

describe('createTokenward() and health()', () => {
  test('a new instance fetches the keys of its issuers', async () => {
    await using _instance = await open()
    await vi.waitFor(() => expect(provider.reads).toBe(1))
  })

  test('an instance starts while a provider is down, and reports it', async () => {
    provider.respond = fail
    await using instance = await open()
    const { ok, error, issuers } = await instance.health()
    expect({ ok, error }).toEqual({ ok: false, error: undefined })
    expect(issuers).toMatchObject([
      { issuer: 'https://api.example', ok: true, keys: 1 },
      { issuer: IDP, ok: false, keys: 0, error: { code: KEYS } },
    ])
  })

  test('a wrong trailing slash of an issuer is reported with the right name', async () => {
    provider.respond = (url) =>
      url.includes('.well-known') ? Response.json({ issuer: `${IDP}/`, jwks_uri: JWKS_URI }) : null
    await using instance = await open()
    const { ok, issuers } = await instance.health()
    expect(ok).toBe(false)
    expect(issuers[1]?.error?.message).toContain(`names the issuer ${IDP}/`)
  })

  test('usable keys are ok, with an error if newer ones cannot be fetched', async () => {
    await using instance = await open()
    expect(await instance.health()).toMatchObject({ ok: true })
    provider.respond = fail
    clock.now += HOUR
    await instance.health()
    const { ok, issuers } = await instance.health()
    expect(ok).toBe(true)
    expect(issuers[1]).toMatchObject({ ok: true, keys: 1, error: { code: KEYS } })
    expect(issuers[1]?.fetchedAt).toBe(clock.now - HOUR)
  })

  test('a key set without a usable key is reported with the skipped keys', async () => {
    provider.jwks = { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }
    await using instance = await open()
    expect((await instance.health()).issuers[1]).toMatchObject({ ok: false, keys: 0 })
    expect((await instance.health()).issuers[1]?.skipped?.[0]).toContain('symmetric')
  })
})

test('an instance that verifies by a URL uses the last keys while the URL is down', async () => {
  const records = new Map()
  const keys = await generateKeys()
  const options = { issuer: 'https://api.example', clock: clock.read, signatureCache: 0 }
  await using signing = await createTokenward({
    ...options,
    keys,
    repository: mapRepository(records),
    lifetimes: { access: '2d' },
  })
  const { accessToken } = await signing.issue({ subject: 's', client: 'c' })
  let isDown = false
  const fetch = async () => (isDown ? Promise.reject() : Response.json(signing.jwks()))
  await using verifying = await createTokenward({
    ...options,
    keys: new URL(JWKS_URI),
    fetch: fetch as typeof globalThis.fetch,
    repository: mapRepository(records),
    lifetimes: { access: '2d' },
  })
  expect(await outcomeOf(verifying, accessToken)).toBe('active')
  isDown = true
  clock.now += 23 * HOUR
  expect(await outcomeOf(verifying, accessToken)).toBe('active')
  clock.now += 2 * HOUR
  expect(await outcomeOf(verifying, accessToken)).toBe(KEYS)
})
