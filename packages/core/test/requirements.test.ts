import { expect, test } from 'vitest'
import { ADA, instance } from './instance.ts'
import { ISSUER } from './provider.ts'

test('a missing scope value is named in the result', async () => {
  const { tokens } = await instance()
  const { accessToken } = await tokens.issue({ ...ADA, scope: 'read list' })
  const refused = { active: false, reason: 'insufficient-scope', expected: 'write admin' }
  expect(await tokens.verify(accessToken, { scope: 'read write admin' })).toEqual(refused)
  expect(await tokens.explain(accessToken, { scope: 'read write admin' })).toMatchObject(refused)
  expect(await tokens.verify(accessToken, { scope: 'read list' })).toMatchObject({ active: true })
})

test('the claim of a wrong audience or kind is named in the result', async () => {
  const { tokens } = await instance()
  const { accessToken, refreshToken } = await tokens.issue({
    ...ADA,
    audience: 'https://a.example',
  })
  const wrong = { active: false, reason: 'invalid-claims' }
  const audience = { ...wrong, claim: 'aud', expected: ISSUER }
  expect(await tokens.verify(accessToken)).toEqual(audience)
  expect(await tokens.verify(refreshToken)).toEqual({ ...wrong, claim: 'typ', expected: 'at+jwt' })
  expect(await tokens.consume(accessToken, { audience: ['https://b.example', 'urn:c'] })).toEqual({
    ...wrong,
    claim: 'aud',
    expected: 'https://b.example or urn:c',
  })
  expect(await tokens.verify(accessToken, { audience: 'https://a.example' })).toMatchObject({
    active: true,
  })
})

test('explain() refuses what verify() refuses, and still returns the records', async () => {
  const { tokens } = await instance()
  const { accessToken, refreshToken } = await tokens.issue({
    ...ADA,
    audience: 'https://a.example',
  })
  const explained = await tokens.explain(accessToken)
  expect(explained).toMatchObject({ active: false, reason: 'invalid-claims', claim: 'aud' })
  expect(explained.checks.map(({ scope }) => scope)).toContain('token')
  expect(await tokens.explain(accessToken, { audience: 'https://a.example' })).toMatchObject({
    active: true,
  })
  expect(await tokens.explain(refreshToken)).toMatchObject({ active: true })
})

test.each([
  ['deadline', { deadline: '30d' }],
  ['skew', { skew: '36500d' }],
  ['grace', { grace: '36500d' }],
  ['leeway', { leeway: '61s' }],
  ['deadline', { deadline: '0s' }],
] as const)('%s out of range is refused with its path', async (path, options) => {
  const refused = { code: 'TOKENWARD_INVALID_INPUT', path }
  await expect(instance(options)).rejects.toMatchObject(refused)
})
