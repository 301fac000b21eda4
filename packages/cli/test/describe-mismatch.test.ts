import type { TokenwardOptions } from '@tokenward/core'
import { keycloak, okta } from '@tokenward/core/trust'
import { expect, test } from 'vitest'
import { describeMismatch } from '../src/describe-mismatch.ts'

const REALM = 'https://login.example.com/realms/shop'
const OKTA = 'https://example.okta.com/oauth2/default'
const options = {
  issuer: 'https://api.example.com',
  trust: [
    keycloak(REALM, { audience: 'orders', maxLifetime: '5m' }),
    okta(OKTA, { audience: 'api://default' }),
  ],
} as unknown as TokenwardOptions

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = (claims: object, header: object = { alg: 'RS256', typ: 'JWT' }) =>
  `${part(header)}.${part({ iss: REALM, ...claims })}.c2ln`
const wrong = (claim: string, expected: string) =>
  ({ active: false, reason: 'invalid-claims', claim, expected, checks: [] }) as const
const untrusted = { active: false, reason: 'untrusted', checks: [] } as const

test.each([
  ['a missing claim', {}, 'none'],
  ['another string', { aud: 'canary' }, 'another string'],
  ['an empty string', { aud: '' }, 'an empty string'],
  ['a list', { aud: ['canary', 'account'] }, 'a list of 2'],
  ['an object', { aud: {} }, 'an object'],
  ['a number', { aud: 7 }, 'a number'],
  ['null', { aud: null }, 'null'],
])('reports the kind of %s, and never the value', (_, claims, actual) => {
  const described = describeMismatch(token(claims), wrong('aud', 'orders'), options)
  const text = `the claim aud: expected orders; the token has ${actual}`
  expect(described).toEqual({ actual, text, option: 'audience' })
})

test('tells the header typ from the claim of that name', () => {
  const ofHeader = describeMismatch(token({}, { typ: 'at+jwt' }), wrong('typ', 'JWT'), options)
  expect(ofHeader?.text).toMatch(/^the header typ: expected JWT/)
  const ofClaim = describeMismatch(token({ typ: 'ID' }), wrong('typ', 'Bearer'), options)
  expect(ofClaim?.text).toMatch(/^the claim typ: expected Bearer/)
})

test.each([
  ['typ', 'JWT', 'typ'],
  ['typ', 'Bearer', 'requiredClaims'],
  ['aud', 'orders', 'audience'],
  ['azp', 'a string', 'client'],
  ['exp', 'at most 300000 ms after iat', 'maxLifetime'],
  ['cnf', 'no claim of that name', undefined],
])('names the option of a provider for %s, expected %s', (claim, expected, option) => {
  expect(describeMismatch(token({}), wrong(claim, expected), options)?.option).toBe(option)
})

test.each([
  ['any value', 'requiredClaims'],
  ['a string', 'client'],
])('tells two options for the claim cid apart by what is expected: %s', (expected, option) => {
  const described = describeMismatch(token({ iss: OKTA }), wrong('cid', expected), options)
  expect(described?.option).toBe(option)
})

test('names the option of the application for tokens of its own', () => {
  const own = token({ iss: options.issuer })
  expect(describeMismatch(own, wrong('aud', 'api'), options)?.option).toBe('audience')
  expect(describeMismatch(own, wrong('typ', 'at+jwt'), options)).not.toHaveProperty('option')
})

test('names the missing values of scope', () => {
  const refused = {
    active: false,
    reason: 'insufficient-scope',
    expected: 'admin',
    checks: [],
  } as const
  const described = describeMismatch(token({ scope: 'canary' }), refused, options)
  expect(described?.text).toBe('the claim scope: expected admin; the token has another string')
})

test('reports why a token is untrusted', () => {
  const text = (claims: object, header?: object) =>
    describeMismatch(token(claims, header), untrusted, options)?.text
  expect(text({ iss: `${REALM}/` })).toBe(
    `the claim iss: expected https://api.example.com or ${REALM} or ${OKTA}; the token has another string`,
  )
  expect(text({ iss: OKTA }, { alg: 'ES256' })).toMatch(/^the header alg: expected RS256/)
  const optionFor = (claims: object) =>
    describeMismatch(token(claims, { alg: 'ES256' }), untrusted, options)?.option
  expect(optionFor({ iss: OKTA })).toBe('algorithms')
  expect(optionFor({ iss: 'canary' })).toBe('trust')
  expect(text({})).toMatch(/^the header: expected an accepted alg and the kid of a key/)
})

test.each([
  ['a token that was accepted', token({}), { active: true, checks: [] }],
  ['an expired token', token({}), { active: false, reason: 'expired', checks: [] }],
  ['a string that is no token', 'canary', { active: false, reason: 'malformed', checks: [] }],
] as const)('reports nothing about %s', (_, value, explanation) => {
  expect(describeMismatch(value, explanation, options)).toBe(null)
})
