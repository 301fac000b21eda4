import { describe, expect, test } from 'vitest'
import { readClientSecret } from '../../src/endpoints.ts'

const read = (authorization: string | null, form: Record<string, string> = {}) => {
  const headers = authorization === null ? {} : { authorization }
  const request = new Request('https://api.example', { method: 'POST', headers })
  return readClientSecret(request, new Map(Object.entries(form)))
}
const basic = (text: string) => `Basic ${btoa(text)}`

test('client_secret_basic decodes both parts', () => {
  const expected = { clientId: 'a:b', clientSecret: 'c d+é%' }
  expect(read(basic('a%3Ab:c+d%2B%C3%A9%25'))).toEqual(expected)
  expect(read(`bAsIc  ${btoa('a:')}`)).toEqual({ clientId: 'a', clientSecret: '' })
})

test('client_secret_post and an id alone', () => {
  const both = { client_id: 'a', client_secret: 'b' }
  expect(read(null, both)).toEqual({ clientId: 'a', clientSecret: 'b' })
  expect(read(null, { client_id: 'a' })).toEqual({ clientId: 'a' })
})

test('the id may be repeated in the form if it is the same', () => {
  expect(read(basic('a:b'), { client_id: 'a' })).toEqual({ clientId: 'a', clientSecret: 'b' })
  expect(read(basic('a:b'), { client_id: 'c' })).toBeNull()
})

describe('nothing is read from', () => {
  test.for<[string, string | null, Record<string, string>]>([
    ['no credentials', null, {}],
    ['a secret without an id', null, { client_secret: 'b' }],
    ['two methods', basic('a:b'), { client_secret: 'b' }],
    ['two methods with an id', basic('a:b'), { client_id: 'a', client_secret: 'b' }],
    ['two headers', `${basic('a:b')}, ${basic('a:b')}`, {}],
    ['another scheme beside an id', 'Bearer x', { client_id: 'a' }],
    ['no colon', basic('ab'), {}],
    ['no id', basic(':b'), {}],
    ['what is not base64', 'Basic !!!', {}],
    ['what is not UTF-8', `Basic ${btoa('a:\xff')}`, {}],
    ['a broken escape', basic('a:%zz'), {}],
  ])('%s', ([, authorization, form]) => {
    expect(read(authorization, form)).toBeNull()
  })
})
