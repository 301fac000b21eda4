import { beforeAll, describe, expect, test } from 'vitest'
import { createTokenward, generateKeys, type SigningKeys } from '../src/index.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, ISSUER, outcomeOf, publicPart, sign, testClock, trusting } from './provider.ts'

const clock = testClock()
let key: SigningKeys[0]
beforeAll(async () => {
  ;[key] = await generateKeys()
})

const encode = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
const unsigned = (header: unknown, payload: unknown): string =>
  `${encode(header)}.${encode(payload)}.AAAA`
const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

const payloads: readonly (readonly [string, string])[] = [
  ['iss with toString', '{"iss":{"toString":1}}'],
  ['iss with valueOf and toJSON', '{"iss":{"valueOf":1,"toJSON":1,"toString":null}}'],
  ['iss nested 5,000 times', `{"iss":${deep(5_000)}}`],
  ['iss that is a list of itself', `{"iss":["${ISSUER}"]}`],
  ['iss of __proto__', '{"iss":{"__proto__":null}}'],
  ['__proto__ with iss', `{"__proto__":{"iss":"${ISSUER}"}}`],
  ['a huge number', '{"iss":1e999,"exp":1e400}'],
  ['a lone surrogate', '{"iss":"\\ud800"}'],
  ['DEL', '{"iss":"\\u007f"}'],
]

const headers: readonly (readonly [string, string])[] = [
  ['alg that is an object', '{"alg":{"toString":1}}'],
  ['typ with toString', '{"alg":"ES256","typ":{"toString":1}}'],
  ['typ nested 5,000 times', `{"alg":"ES256","typ":${deep(5_000)}}`],
  ['kid with toString', '{"alg":"ES256","kid":{"toString":1}}'],
  ['crit nested 5,000 times', `{"alg":"ES256","crit":${deep(5_000)}}`],
  ['__proto__', '{"alg":"ES256","__proto__":{"kid":1}}'],
  ['alg that every object has', '{"alg":"constructor"}'],
]

describe('calls do not throw for a token with', () => {
  const tokens = [
    ...payloads.map(([name, payload]) => [name, unsigned({ alg: 'ES256' }, payload)] as const),
    ...headers.map(([name, header]) => [name, unsigned(header, { iss: ISSUER })] as const),
  ]
  test.each(tokens)('%s', async (_, token) => {
    await using instance = await createTokenward({
      issuer: ISSUER,
      keys: [key],
      repository: mapRepository(),
    })
    const results = [
      await instance.verify(token),
      await instance.consume(token),
      await instance.rotate(token),
      await instance.save(token),
      await instance.revoke(token),
      await instance.explain(token),
    ]
    const reasons = results.map((result) => ('reason' in result ? result.reason : 'none'))
    expect(['malformed', 'untrusted', 'signature']).toContain(reasons[0])
    expect(new Set(reasons).size).toBe(1)
  })
})

test.each([
  ['a list', ['at+jwt']],
  ['an object', { toString: 1 }],
  ['a number', 1],
  ['null', null],
])('a validly signed token whose typ is %s is malformed', async (_, typ) => {
  const jwks = { keys: [publicPart(key)] }
  await using instance = await trusting({ clock: clock.read, trustOptions: { jwks, typ: null } })
  const token = await sign(key, claimsAt(clock.now))
  expect(await outcomeOf(instance, token)).toBe('active')
  const [, payload, signature] = token.split('.')
  const header = encode({ alg: key.alg, kid: key.kid, typ })
  expect(await outcomeOf(instance, [header, payload, signature].join('.'))).toBe('malformed')
})

describe('a validly signed token with a claim name that every object inherits', () => {
  const hostile = ['__proto__', 'constructor', 'prototype'].flatMap((name) => [
    [`is refused: ${name}`, `"${name}":{"polluted":true}`],
    [`is refused: ${name} within a claim`, `"rights":[{"more":{"${name}":{"polluted":true}}}]`],
  ])
  test.each(hostile)('%s', async (_, member) => {
    const jwks = { keys: [publicPart(key)] }
    await using instance = await trusting({ clock: clock.read, trustOptions: { jwks } })
    const claims = JSON.stringify(claimsAt(clock.now))
    const token = await sign(key, `${claims.slice(0, -1)},${member}}`)
    expect(await outcomeOf(instance, token)).toBe('invalid-claims')
    expect(await outcomeOf(instance, token)).toBe('invalid-claims')
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

test('a validly signed token that is nested 5,000 times is verified like others', async () => {
  const jwks = { keys: [publicPart(key)] }
  await using instance = await trusting({ clock: clock.read, trustOptions: { jwks } })
  const claims = JSON.stringify(claimsAt(clock.now))
  const token = await sign(key, `${claims.slice(0, -1)},"deep":${deep(5_000)}}`)
  expect(await outcomeOf(instance, token)).toBe('active')
  expect(await instance.explain(token)).toMatchObject({ active: true })
  expect(await instance.revoke(token)).toMatchObject({ revoked: true })
})

describe('issue()', () => {
  const issue = async (claims: object) => {
    await using instance = await createTokenward({
      issuer: ISSUER,
      keys: [key],
      repository: mapRepository(),
    })
    const options = { subject: 's', client: 'c', refresh: false } as const
    const asFunction = instance.issue({ ...options, claims: () => claims }).catch((e: unknown) => e)
    const given = await instance.issue({ ...options, claims }).catch((error: unknown) => error)
    expect(await asFunction).toEqual(given)
    return given
  }

  test.each([
    ['__proto__', JSON.parse('{"__proto__":{"a":1}}')],
    ['constructor', { constructor: 'builder' }],
    ['prototype', { prototype: 1 }],
    ['__proto__', { rights: [JSON.parse('{"__proto__":1}')] }],
    ['sub', { toJSON: () => ({ sub: 'root' }) }],
    [
      'iss',
      new (class {
        toJSON() {
          return { iss: 'https://evil.example' }
        }
      })(),
    ],
    ['exp', { exp: 1 }],
  ])('refuses claims that contain the name %s as JSON', async (name, claims) => {
    const code = 'TOKENWARD_INVALID_INPUT'
    expect(await issue(claims as object)).toMatchObject({ code, path: `claims.${name}` })
  })

  test.each([
    ['a string', { toJSON: () => 'root' }],
    ['a list', { toJSON: () => [1] }],
    ['undefined', { toJSON: () => undefined }],
    [
      'an error',
      {
        toJSON: () => {
          throw new Error('oops')
        },
      },
    ],
    ['nested 5,000 times', { a: JSON.parse(deep(5_000)) }],
    ['nested 100,000 times', { a: JSON.parse(deep(100_000)) }],
  ])('refuses claims that are %s as JSON', async (_, claims) => {
    expect(await issue(claims)).toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path: 'claims' })
  })
})
