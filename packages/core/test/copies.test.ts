import { expect, test } from 'vitest'
import { generateKeys, trust } from '../src/index.ts'
import { ADA, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { IDP, ISSUER } from './provider.ts'

test.each([
  ['a Uint8Array', (bytes: number) => new Uint8Array(bytes).fill(7)],
  ['a Buffer', (bytes: number) => Buffer.alloc(bytes, 7)],
])('a pepper (%s) that is overwritten later changes no key in the store', async (_, make) => {
  const pepper = make(32)
  const { tokens } = await instance({ pepper, policy: 'allowlist' })
  const { accessToken } = await tokens.issue(ADA)
  pepper.fill(0)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  await tokens.revoke(accessToken)
  expect(await tokens.verify(accessToken)).toMatchObject({ reason: 'revoked' })
})

test('later changes of keys, audiences and trusted issuers have no effect', async () => {
  const keys = await generateKeys()
  const [other] = await generateKeys()
  const audience = [ISSUER, 'https://other.example']
  const jwks = { keys: [other as object] }
  const trusted = trust(IDP, { audience, maxLifetime: '1h', jwks } as never)
  const repository = mapRepository()
  const { tokens } = await instance({ keys, audience, repository })
  const { accessToken } = await tokens.issue(ADA)
  Object.assign(keys[0], other)
  audience.length = 0
  jwks.keys.length = 0
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(tokens.jwks().keys[0]?.kid).not.toBe(other?.kid)
  expect(trusted.issuer).toBe(IDP)
})

test('changes of an argument during the call have no effect', async () => {
  const { tokens } = await instance()
  const claims = { role: 'user' }
  const options = { ...ADA, audience: [ISSUER], claims }
  const issued = tokens.issue(options)
  options.subject = 'eve' as never
  options.audience.push('https://evil.example')
  claims.role = 'admin'
  const result = await tokens.verify((await issued).accessToken)
  expect(result).toMatchObject({ claims: { sub: 'ada', aud: [ISSUER], role: 'user' } })
})
