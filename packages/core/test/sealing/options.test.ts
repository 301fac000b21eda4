import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { generateKeys, generateSealingKey, type TokenwardOptions } from '../../src/index.ts'
import { ADA, instance } from '../instance.ts'
import { mapRepository } from '../map-repository.ts'
import { invalid, sealing, UNSUPPORTED } from './fixtures.ts'

const key = generateSealingKey()
const K = key.k ?? ''
const { kid: _, ...nameless } = key
const wrap = (bytes: Uint8Array): Uint8Array => bytes
const [signingKey] = await generateKeys()

test.each<[string, string, unknown]>([
  ['an empty list', 'sealing', []],
  ['a string', 'sealing', K],
  ['a list with a string', 'sealing.0', [K]],
  ['bytes', 'sealing.kty', new Uint8Array(32)],
  ['a signing key', 'sealing.kty', signingKey],
  ['a signing key after a good one', 'sealing.1.kty', [key, signingKey]],
  ['a secret of HS256', 'sealing.alg', { ...key, alg: 'HS256' }],
  ['a key for direct encryption', 'sealing.alg', { ...key, alg: 'dir' }],
  ['a key for signatures', 'sealing.use', { ...key, use: 'sig' }],
  ['no key id', 'sealing.kid', nameless],
  ['an empty key id', 'sealing.kid', { ...key, kid: '' }],
  ['a key id with a blank', 'sealing.kid', { ...key, kid: 'a b' }],
  ['a key id that is too long', 'sealing.kid', { ...key, kid: 'x'.repeat(129) }],
  ['no key', 'sealing.k', { ...key, k: undefined }],
  ['31 bytes', 'sealing.k', { ...key, k: K.slice(0, 42) }],
  ['33 bytes', 'sealing.k', { ...key, k: `${K}A` }],
  ['base64 with padding', 'sealing.k', { ...key, k: `${K}=` }],
  ['no base64url', 'sealing.k', { ...key, k: `+${K.slice(1)}` }],
  ['bits to spare', 'sealing.k', { ...key, k: `${K.slice(0, 42)}B` }],
  ['two keys with one id', 'sealing.1', [key, { ...generateSealingKey(), kid: key.kid }]],
  ['a KMS with the id of a key', 'sealing.1', [key, { id: key.kid, wrap, unwrap: wrap }]],
  ['a KMS without unwrap', 'sealing.unwrap', { id: 'kms', wrap }],
  ['a KMS without wrap', 'sealing.wrap', { id: 'kms', unwrap: wrap }],
  ['a KMS without an id', 'sealing.id', { wrap, unwrap: wrap }],
])('%s is refused before the store is opened, and no message has the key', async (...args) => {
  const [, path, option] = args
  let opened = 0
  const open = async () => {
    opened++
    return []
  }
  const options = { sealing: option, repository: mapRepository(new Map(), { open }) }
  const error = await instance(options as Partial<TokenwardOptions>).catch((cause) => cause)
  expect(error).toMatchObject(invalid(path))
  expect(opened).toBe(0)
  const shown = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)}`
  expect(shown).not.toContain(K.slice(0, 20))
  expect(shown).not.toContain(signingKey?.d)
})

test.each([
  ['a JWK', key],
  ['a JWK without alg and use', { kty: 'oct', kid: 'any', k: K }],
  ['a list', [generateSealingKey(), key]],
  ['a KMS with methods', { id: 'kms', wrap, unwrap: wrap }],
])('%s is accepted', async (_, option) => {
  const { tokens } = await sealing({ sealing: option as never })
  const { accessToken } = await tokens.issue({ ...ADA, data: { a: 1 } })
  expect(await tokens.verify(accessToken, { data: true })).toMatchObject({ data: { a: 1 } })
})

test('a key that the caller overwrites later changes nothing', async () => {
  const mine = generateSealingKey()
  const { k } = mine
  const { tokens, another } = await sealing({ sealing: [mine] })
  Object.assign(mine, { k: generateSealingKey().k, kid: 'other' })
  const { session } = await tokens.issue({ ...ADA, data: { a: 1 } })
  const other = await another({ sealing: { ...mine, k: k ?? '', kid: 'x' } })
  expect(await tokens.data({ session })).toMatchObject({ data: { a: 1 } })
  expect(await other.data({ session })).toMatchObject({ data: null })
})

test('without the option, data and label are refused with the fix, and everything else works', async () => {
  const { tokens, another } = await sealing()
  const { accessToken, refreshToken, session } = await tokens.issue({ ...ADA, data: { a: 1 } })
  const plain = await another({ sealing: undefined as never }).catch(() => null)
  expect(plain, 'undefined is refused like every option').toBeNull()
  const records = new Map()
  const { tokens: without } = await instance({ repository: mapRepository(records) })
  const fix = { ...UNSUPPORTED, message: expect.stringContaining('keygen --sealing') }
  await expect(without.issue({ ...ADA, data: {} })).rejects.toMatchObject(fix)
  await expect(without.issue({ ...ADA, label: 'x' })).rejects.toMatchObject(fix)
  await expect(without.updateData({ session }, () => ({}))).rejects.toMatchObject(fix)
  await expect(without.reseal()).rejects.toMatchObject(fix)
  const login = await without.issue(ADA)
  expect(await without.verify(login.accessToken, { data: true })).toMatchObject({ data: null })
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true })
})

test.each([
  [1_048_576, undefined, 16_384],
  [32_768, undefined, 16_384],
  [20_480, undefined, 9_216],
  [8_192, undefined, 0],
  [4_096, undefined, 0],
  [1_048_576, 700_000, 700_000],
])('a store of %i bytes per record with maxDataBytes %s takes %i', async (bytes, given, taken) => {
  const inner = mapRepository()
  const repository = { ...inner, capabilities: { ...inner.capabilities, maxBodyBytes: bytes } }
  const maxDataBytes = given === undefined ? {} : { maxDataBytes: given }
  const { tokens } = await instance({ repository, sealing: key, ...maxDataBytes })
  const dataOf = (length: number) => ({ d: 'x'.repeat(Math.max(length - '{"d":""}'.length, 0)) })
  const refused = tokens.issue({ ...ADA, data: dataOf(taken + 1) })
  await expect(refused).rejects.toMatchObject({
    ...invalid('options.data'),
    message: expect.stringContaining(`more than the maximum of ${taken}`),
  })
  if (taken === 0) return
  const { accessToken } = await tokens.issue({ ...ADA, data: dataOf(taken) })
  expect(await tokens.verify(accessToken, { data: true })).toMatchObject({ data: dataOf(taken) })
})

test('maxDataBytes above what the store holds is refused', async () => {
  const inner = mapRepository()
  const repository = { ...inner, capabilities: { ...inner.capabilities, maxBodyBytes: 32_768 } }
  const create = (maxDataBytes: number) => instance({ repository, sealing: key, maxDataBytes })
  await expect(create(18_433)).rejects.toMatchObject(invalid('maxDataBytes'))
  await expect(create(0)).rejects.toMatchObject(invalid('maxDataBytes'))
  await create(18_432)
})
