import { createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import type { SigningService, Tokenward } from '../src/index.ts'
import { ADA, DAY, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'

const KEYS = 'TOKENWARD_KEYS_UNAVAILABLE'
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const sign = (input: Uint8Array): Uint8Array =>
  createSign('sha256').update(input).sign(pair.privateKey)

/** A store and a service that note in which order they are called. */
function watched(durability: 'durable' | 'evicting') {
  const records = new Map<string, StoredRecord>()
  const steps: string[] = []
  const inner = mapRepository(records)
  const write: typeof inner.write = async (...args) => {
    const replies = await inner.write(...args)
    // A call that does not wait for the reply happens now.
    await new Promise((resolve) => setImmediate(resolve))
    const holders = args[0].filter(({ record: { kind } }) => kind === 'session' || kind === 'token')
    steps.push(...holders.map(() => 'acknowledged'))
    return replies
  }
  const service: SigningService & { isDown: boolean } = {
    kid: 'kms-1',
    alg: 'ES256',
    publicKey: pair.publicKey.export({ format: 'jwk' }),
    isDown: false,
    sign: (input) => {
      if (service.isDown) throw new Error('away')
      steps.push('signed')
      return sign(input)
    },
  }
  const capabilities = { ...inner.capabilities, durability }
  return { records, steps, service, repository: { ...inner, capabilities, write } }
}

const SIGNED_FIRST = ['signed', 'signed', 'acknowledged', 'acknowledged']
const SIGNED_LAST = ['acknowledged', 'acknowledged', 'signed', 'signed']

test.each([
  ['durable', SIGNED_FIRST],
  ['evicting', SIGNED_LAST],
] as const)('on a store that is %s, the order of issue is %j', async (durability, order) => {
  const { steps, service, repository } = watched(durability)
  const { tokens } = await instance({ keys: [service], repository })
  const { accessToken } = await tokens.issue(ADA)
  expect(steps).toEqual(order)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
})

test.each(['durable', 'evicting'] as const)(
  'on a store that is %s, rotate signs before the write',
  async (durability) => {
    const { steps, service, repository } = watched(durability)
    const { tokens } = await instance({ keys: [service], repository })
    const { refreshToken } = await tokens.issue(ADA)
    steps.length = 0
    service.isDown = true
    await expect(tokens.rotate(refreshToken)).rejects.toMatchObject({ code: KEYS })
    expect(steps).toEqual([])
    service.isDown = false
    expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true, retried: false })
    expect(steps).toEqual(SIGNED_FIRST)
  },
)

describe('on an evicting store', () => {
  test.each<[string, Parameters<Tokenward['issue']>[0], string]>([
    ['claims are too large', { ...ADA, claims: { a: 'a'.repeat(20_000) } }, 'sign fewer claims'],
    ['claims fail', { ...ADA, claims: () => Promise.reject(new Error('away')) }, 'away'],
  ])('no session is stored if %s', async (_, options, message) => {
    const { steps, service, repository } = watched('evicting')
    const { tokens } = await instance({ keys: [service], repository })
    await expect(tokens.issue(options)).rejects.toThrow(message)
    expect(steps).toEqual([])
  })

  test('nothing is stored if the keys cannot be loaded', async () => {
    const { records, service, repository } = watched('evicting')
    let keys = async () => [service] as const
    const { tokens, clock } = await instance({ keys: () => keys(), repository })
    const stored = new Map(records)
    keys = () => Promise.reject(new Error('away'))
    clock.now += 2 * DAY
    await expect(tokens.issue(ADA)).rejects.toMatchObject({ code: KEYS })
    expect(records).toEqual(stored)
  })

  test('a login is repeated under other ids if the service has failed', async () => {
    const { records, steps, service, repository } = watched('evicting')
    const { tokens } = await instance({ keys: [service], repository })
    service.isDown = true
    await expect(tokens.issue(ADA)).rejects.toMatchObject({ code: KEYS, retryable: true })
    expect(steps).toEqual(['acknowledged', 'acknowledged'])
    const left = new Map(records)
    service.isDown = false
    const { accessToken } = await tokens.issue(ADA)
    expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
    expect(records.size).toBeGreaterThan(left.size)
    expect(records).toEqual(new Map([...records, ...left]))
  })
})
