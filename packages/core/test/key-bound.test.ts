import { beforeAll, expect, test } from 'vitest'
import { generateKeys, type SigningKeys } from '../src/index.ts'
import { claimsAt, ISSUER, publicPart, sign, testClock, trusting } from './provider.ts'

let key: SigningKeys[0]
const clock = testClock()
beforeAll(async () => {
  ;[key] = await generateKeys()
})

const instance = () =>
  trusting({
    clock: clock.read,
    trustOptions: { audience: ISSUER, maxLifetime: '7d', jwks: { keys: [publicPart(key)] } },
  })
const boundToken = () => sign(key, claimsAt(clock.now, { cnf: { jkt: 'thumbprint' } }))

test('a token that is bound to a key is refused', async () => {
  await using tokens = await instance()
  const token = await boundToken()
  const refused = { active: false, reason: 'invalid-claims', claim: 'cnf' }
  expect(await tokens.verify(token)).toMatchObject(refused)
  expect(await tokens.verify(token, { acceptKeyBound: false })).toMatchObject(refused)
  expect(await tokens.consume(token)).toMatchObject(refused)
  expect(await tokens.explain(token)).toMatchObject(refused)
})

test('a caller that checks the key gets the claim', async () => {
  await using tokens = await instance()
  const result = await tokens.verify(await boundToken(), { acceptKeyBound: true })
  expect(result).toMatchObject({ active: true, claims: { cnf: { jkt: 'thumbprint' } } })
})

test('an earlier call that accepted the token does not accept it for others', async () => {
  await using tokens = await instance()
  const token = await boundToken()
  expect(await tokens.verify(token, { acceptKeyBound: true })).toMatchObject({ active: true })
  expect(await tokens.verify(token)).toMatchObject({ active: false, claim: 'cnf' })
})

test('a token that is bound to a key can be revoked', async () => {
  await using tokens = await instance()
  const token = await boundToken()
  expect(await tokens.revoke(token)).toMatchObject({ revoked: true })
  const result = await tokens.verify(token, { acceptKeyBound: true })
  expect(result).toMatchObject({ active: false, reason: 'revoked' })
})
