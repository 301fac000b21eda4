import { createLocalJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { instance, keys } from './instance.ts'
import { ISSUER, publicPart } from './provider.ts'

test('the signed response is verified by the published keys', async () => {
  const { tokens, clock } = await instance()
  const { jwt } = await tokens.signIntrospection('rs', { active: true, sub: 'ada' })
  const { payload } = await jwtVerify(jwt, createLocalJWKSet({ keys: [...tokens.jwks().keys] }), {
    issuer: tokens.issuer,
    audience: 'rs',
    typ: 'token-introspection+jwt',
    currentDate: new Date(clock.now),
  })
  expect(payload).toEqual({
    iss: ISSUER,
    aud: 'rs',
    iat: clock.now / 1000,
    token_introspection: { active: true, sub: 'ada' },
  })
  await tokens.close()
})

test('the signed response is accepted as no token', async () => {
  const { tokens } = await instance({ audience: 'rs' })
  const { jwt } = await tokens.signIntrospection('rs', { active: true })
  expect(await tokens.verify(jwt)).toMatchObject({ active: false, reason: 'invalid-claims' })
  expect(await tokens.save(jwt)).toMatchObject({ saved: false })
  await tokens.close()
})

test('an instance without a private key cannot sign a response', async () => {
  const [first] = await keys
  const { tokens } = await instance({ keys: [publicPart(first) as typeof first] })
  const call = tokens.signIntrospection('rs', { active: true })
  await expect(call).rejects.toMatchObject({ code: 'TOKENWARD_UNSUPPORTED_OPERATION' })
  await tokens.close()
})

test.each<[string, unknown, unknown]>([
  ['audience', '', {}],
  ['audience', undefined, {}],
  ['introspection', 'rs', null],
  ['introspection', 'rs', 'active'],
])('%s of signIntrospection() is checked', async (path, audience, introspection) => {
  const { tokens } = await instance()
  const call = tokens.signIntrospection(audience as never, introspection as never)
  await expect(call).rejects.toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path })
  await tokens.close()
})
