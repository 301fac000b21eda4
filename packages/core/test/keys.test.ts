import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { cutoffKeysOf, groupsOf } from '../src/scopes/groups.ts'
import { createDigest } from '../src/scopes/hash.ts'
import { KeyDeriver } from '../src/scopes/keys.ts'
import type { Principal } from '../src/scopes/scopes.ts'

afterEach(() => vi.restoreAllMocks())

const name = fc.string({ minLength: 1, maxLength: 8, unit: 'binary' })
const optional = fc.option(name, { nil: undefined })
const principals: fc.Arbitrary<Principal> = fc.record({
  issuer: name,
  subject: optional,
  client: optional,
  session: optional,
})

test.each([
  ['without a secret', undefined],
  ['with a secret', new TextEncoder().encode('a pepper of thirty-two characters')],
])('the Web Crypto API makes the same digests as Node.js, %s', async (_, secret) => {
  const ofNode = await createDigest(secret)
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
  const ofWeb = await createDigest(secret)
  for (const text of ['', 'ada', 'ä 😀', 'x'.repeat(1_000)]) {
    expect(await ofNode(text)).toMatch(/^[\w-]{24}$/)
    expect(await ofWeb(text)).toBe(await ofNode(text))
  }
})

test('the groups of a record lead to all cutoffs of its token', async () => {
  const keyDeriver = await KeyDeriver.create('test')
  const check = fc.asyncProperty(principals, async (principal) => {
    const cutoffKeys = await keyDeriver.cutoffKeys(principal)
    expect(await cutoffKeysOf(groupsOf(cutoffKeys), keyDeriver)).toEqual(cutoffKeys)
  })
  await fc.assert(check)
})

test('a subject at a client has a cutoff of its own', async () => {
  const keyDeriver = await KeyDeriver.create('test')
  const keyOf = async (subject: string, client: string) =>
    (await keyDeriver.cutoffKeys({ issuer: 'i', subject, client })).get('subject+client')
  const keys = await Promise.all([
    keyOf('a', 'b'),
    keyOf('b', 'a'),
    keyOf('a', 'a'),
    keyOf('b', 'b'),
  ])
  expect(new Set(keys).size).toBe(4)
  expect(keys).not.toContain(undefined)
})
