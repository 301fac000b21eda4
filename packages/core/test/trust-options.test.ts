import { type CryptoKey, exportSPKI, importJWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { generateKeys, type SigningKeys, trust } from '../src/index.ts'
import { claimsAt, ISSUER, outcomeOf, publicPart, sign, testClock, trusting } from './provider.ts'

let key: SigningKeys[0]
const clock = testClock()
beforeAll(async () => {
  ;[key] = await generateKeys('RS256')
})

const jwks = () => ({ keys: [publicPart(key)] })
const options = { audience: ISSUER, maxLifetime: '7d' } as const
const thrown = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return error
  }
}

describe('audienceClaim', () => {
  const cognito = { audience: 'app', audienceClaim: 'client_id', typ: null } as const
  const claims = (more: object) => claimsAt(clock.now, { aud: undefined, ...more })

  test('replaces aud, as for Amazon Cognito', async () => {
    await using instance = await trusting({
      clock: clock.read,
      trustOptions: { ...cognito, jwks: jwks() },
    })
    const outcome = async (more: object) => outcomeOf(instance, await sign(key, claims(more)))
    expect(await outcome({ client_id: 'app' })).toBe('active')
    expect(await outcome({ client_id: 'other' })).toBe('invalid-claims')
    expect(await outcome({ client_id: 'other', aud: 'app' })).toBe('invalid-claims')
    expect(await outcome({ client_id: undefined })).toBe('invalid-claims')
    expect(await outcome({ client_id: undefined, aud: 'app' })).toBe('invalid-claims')
  })

  test('is also compared with the audience of a call', async () => {
    await using instance = await trusting({
      clock: clock.read,
      trustOptions: { ...cognito, jwks: jwks() },
    })
    const token = await sign(key, claims({ client_id: 'app' }))
    expect(await instance.verify(token, { audience: 'app' })).toMatchObject({ active: true })
    expect(await instance.verify(token, { audience: 'web' })).toMatchObject({ active: false })
  })

  test.each([
    ['a list', { azp: ['web', 'app'] }, 'active'],
    ['an object', { azp: { app: 'app' } }, 'invalid-claims'],
    ['a nested list', { azp: [['app']] }, 'invalid-claims'],
    ['a number', { azp: 1 }, 'invalid-claims'],
  ])('may be %s', async (_, more, outcome) => {
    const trustOptions = { ...cognito, audienceClaim: 'azp', jwks: jwks() }
    await using instance = await trusting({ clock: clock.read, trustOptions })
    expect(await outcomeOf(instance, await sign(key, claims(more)))).toBe(outcome)
  })

  test('does not find a name that every object inherits', async () => {
    const trustOptions = { ...cognito, audienceClaim: 'toString', jti: 'valueOf', jwks: jwks() }
    await using instance = await trusting({ clock: clock.read, trustOptions })
    expect(await outcomeOf(instance, await sign(key, claims({})))).toBe('invalid-claims')
  })
})

describe('an issuer that is not a URL', () => {
  test('is trusted with given keys, and its tokens can be revoked', async () => {
    const trustOptions = { jwks: jwks() }
    await using instance = await trusting({ clock: clock.read, idp: 'legacy app', trustOptions })
    const token = await sign(key, claimsAt(clock.now, { iss: 'legacy app' }))
    expect(await outcomeOf(instance, token)).toBe('active')
    await instance.revoke({ issuer: 'legacy app', subject: 'ada' })
    expect(await outcomeOf(instance, token)).toBe('revoked')
  })

  test('is refused without keys', () => {
    expect(thrown(() => trust('legacy app', options))).toMatchObject({ path: 'issuer' })
    expect(thrown(() => trust('', { ...options, jwks: jwks() }))).toMatchObject({ path: 'issuer' })
  })
})

describe('legacyHs256Secret', () => {
  const secret = new Uint8Array(32).fill(7)
  const trustOptions = { legacyHs256Secret: secret, typ: 'JWT' }
  const idp = 'legacy'
  const claims = () => claimsAt(clock.now, { iss: idp })
  const header = { typ: 'JWT' }

  test('verifies and saves tokens that are signed with HS256', async () => {
    await using instance = await trusting({ clock: clock.read, idp, trustOptions })
    const token = await sign(secret, claims(), header)
    expect(await instance.save(token)).toMatchObject({ saved: true })
    expect(await outcomeOf(instance, token)).toBe('active')
    await instance.revoke(token)
    expect(await outcomeOf(instance, token)).toBe('revoked')
    const named = await sign(secret, claims(), { ...header, kid: 'whatever' })
    expect(await outcomeOf(instance, named)).toBe('revoked')
    const forged = await sign(new Uint8Array(32).fill(8), claims(), header)
    expect(await outcomeOf(instance, forged)).toBe('signature')
  })

  test('is copied', async () => {
    const given = Uint8Array.from(secret)
    await using instance = await trusting({
      clock: clock.read,
      idp,
      trustOptions: { ...trustOptions, legacyHs256Secret: given },
    })
    given.fill(0)
    expect(await outcomeOf(instance, await sign(secret, claims(), header))).toBe('active')
    expect(await outcomeOf(instance, await sign(given, claims(), header))).toBe('signature')
  })

  test.each(['HS384', 'HS512', 'none', 'RS256', 'ES256'])('does not accept %s', async (alg) => {
    await using instance = await trusting({ clock: clock.read, idp, trustOptions })
    const [, payload, signature] = (await sign(secret, claims(), header)).split('.')
    const other = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')
    expect(await outcomeOf(instance, [other, payload, signature].join('.'))).toBe('untrusted')
    const longer = await sign(new Uint8Array(64).fill(7), claims(), { ...header, alg: 'HS512' })
    expect(await outcomeOf(instance, longer)).toBe('untrusted')
  })

  test('HS256 is refused for issuers with asymmetric keys', async () => {
    await using instance = await trusting({ clock: clock.read, trustOptions: { jwks: jwks() } })
    const publicKey = (await importJWK(publicPart(key), 'RS256')) as CryptoKey
    const pem = new TextEncoder().encode(await exportSPKI(publicKey))
    const forged = await sign(pem, claimsAt(clock.now), { kid: key.kid })
    expect(await outcomeOf(instance, forged)).toBe('untrusted')
  })

  test.each([
    ['jwks', { jwks: { keys: [] } }],
    ['a URL of keys', { jwks: new URL('https://idp.example/jwks') }],
    ['algorithms', { algorithms: ['RS256'] }],
  ])('cannot be used with %s', (_, more) => {
    const made = thrown(() => trust(idp, { ...options, legacyHs256Secret: secret, ...more }))
    expect(made).toMatchObject({ path: 'legacyHs256Secret' })
  })

  test('needs 32 bytes', () => {
    const short = { ...options, legacyHs256Secret: secret.slice(1) }
    expect(thrown(() => trust(idp, short))).toMatchObject({ path: 'legacyHs256Secret' })
    const text = { ...options, legacyHs256Secret: 'secret'.repeat(9) as never }
    expect(thrown(() => trust(idp, text))).toMatchObject({ path: 'legacyHs256Secret' })
  })

  test('is needed for the algorithm HS256', () => {
    const made = thrown(() => trust('https://idp.example', { ...options, algorithms: ['HS256'] }))
    expect(made).toMatchObject({ path: 'algorithms' })
  })
})
