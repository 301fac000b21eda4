import { expect, test } from 'vitest'
import { readCredentials } from '../src/request/credentials.ts'
import { authorizationOf } from '../src/request/incoming.ts'

const bearer = (value: string) => readCredentials([value], ['Bearer'])

test.for([
  ['Bearer abc', 'abc'],
  ['BEARER a-._~+/z==', 'a-._~+/z=='],
  ['bearer    abc', 'abc'],
  ['  Bearer abc  ', 'abc'],
])('%s has a token', ([value, token]) => {
  expect(bearer(value ?? '')).toEqual({ scheme: 'Bearer', token })
})

test.for(['', 'Basic abc', 'Bearerabc', 'Bearer=abc', 'DPoP abc', 'Digest realm="a, b"'])(
  '%s has no credentials for us',
  (value) => {
    expect(bearer(value)).toBeNull()
  },
)

test.for([
  'Bearer',
  'Bearer,',
  'Bearer =',
  'Bearer a=b',
  'Bearer a b',
  'Bearer a,b',
  'Bearer a;b',
  'Bearer a\tb',
  'Bearer a\0b',
  'Bearer a\r\nb',
  'Bearer \u00a0a',
  'Digest a="b", bearer abc',
])('%s is malformed', (value) => {
  expect(bearer(value)).toMatchObject({ status: 400, error: 'invalid_request' })
})

test('a header longer than any token is malformed', () => {
  expect(bearer(`Bearer ${'a'.repeat(19_993)}`)).toMatchObject({ scheme: 'Bearer' })
  expect(bearer(`Bearer ${'a'.repeat(19_994)}`)).toMatchObject({ status: 400 })
})

test('the scheme DPoP is read where it is enabled', () => {
  const credentials = readCredentials(['dpop abc'], ['Bearer', 'DPoP'])
  expect(credentials).toEqual({ scheme: 'DPoP', token: 'abc' })
})

test('a header that a middleware has set is read, although the client did not send it', () => {
  const headers = { authorization: 'Bearer abc' }
  expect(authorizationOf({ headers, rawHeaders: ['Host', 'a'] })).toEqual(['Bearer abc'])
})

test('a second header is found, although Node drops it', () => {
  const headers = { authorization: 'Bearer a' }
  const rawHeaders = [
    'Authorization',
    'Bearer a',
    'X',
    'authorization',
    'AUTHORIZATION',
    'Bearer b',
  ]
  expect(authorizationOf({ headers, rawHeaders })).toEqual(['Bearer a', 'Bearer b'])
  expect(authorizationOf({ headers, raw: { rawHeaders } })).toEqual(['Bearer a', 'Bearer b'])
})
