import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import {
  createTokenward,
  generateSealingKey,
  type Login,
  prepare,
  type RotateResult,
  type TokenwardOptions,
} from '../src/index.ts'
import { ADA, DAY, instance, keys, MINUTE } from './instance.ts'
import { listingRepository, mapRepository } from './map-repository.ts'
import { ISSUER, publicPart, sign, testClock } from './provider.ts'
import { UNSUPPORTED } from './sealing/fixtures.ts'

const seconds = (ms: number) => Math.floor(ms / 1_000)

function rotated(result: RotateResult): Login {
  if (!result.active) throw new Error(result.reason)
  return result
}

test('the claims of both tokens are those of the login', async () => {
  const { tokens, clock } = await instance({ audience: 'api' })
  const grant = { ...ADA, audience: ['api', 'files'], scope: 'read write', claims: { tenant: 'x' } }
  const login = await tokens.issue(grant)
  const { jti, session } = login
  const claims = {
    iss: ISSUER,
    sub: 'ada',
    client_id: 'web',
    aud: ['api', 'files'],
    scope: 'read write',
    tenant: 'x',
    sid: session,
    jti,
    iat: seconds(clock.now),
    exp: seconds(clock.now + 15 * MINUTE),
  }
  expect(decodeProtectedHeader(login.accessToken).typ).toBe('at+jwt')
  expect(decodeJwt(login.accessToken)).toMatchObject(claims)
  expect(await tokens.verify(login.accessToken)).toMatchObject({ active: true, claims })
  const refresh = decodeJwt(login.refreshToken)
  expect(refresh).toMatchObject({ iss: ISSUER, sub: 'ada', client_id: 'web', sid: session })
  const next = rotated(await tokens.rotate(login.refreshToken))
  expect(decodeJwt(next.accessToken)).toMatchObject({ ...claims, jti: next.jti })
  expect(next.session).toBe(session)
  await tokens.revoke({ jti: next.jti })
  expect(await tokens.verify(next.accessToken)).toMatchObject({ reason: 'revoked' })
  expect(await tokens.verify(login.accessToken)).toMatchObject({ active: true })
  await tokens.revoke({ session })
  expect(await tokens.verify(login.accessToken)).toMatchObject({ reason: 'revoked' })
})

test('refresh: false gives an access token alone', async () => {
  const { tokens } = await instance()
  const issued = await tokens.issue({ ...ADA, refresh: false })
  expect(issued).not.toHaveProperty('refreshToken')
  expect(issued).not.toHaveProperty('session')
  expect(decodeJwt(issued.accessToken)).not.toHaveProperty('sid')
  expect(await tokens.verify(issued.accessToken)).toMatchObject({ active: true })
})

test('times of a login are in ms, and expiresIn is in seconds', async () => {
  const { tokens, clock } = await instance()
  const login = await tokens.issue({ ...ADA, lifetime: '1m' })
  const expiresAt = clock.now + MINUTE
  expect(login).toMatchObject({ expiresIn: 60, expiresAt, endsAt: clock.now + 90 * DAY })
  expect(await tokens.verify(login.accessToken)).toMatchObject({ expiresAt })
})

test('each rotation starts the lifetime of the refresh token anew, up to the end of the session', async () => {
  const { tokens, clock } = await instance({ lifetimes: { refresh: '2d', session: '3d' } })
  const start = clock.now
  const login = await tokens.issue(ADA)
  expect(decodeJwt(login.refreshToken).exp).toBe(seconds(start + 2 * DAY))
  clock.now += MINUTE
  const next = rotated(await tokens.rotate(login.refreshToken))
  expect(decodeJwt(next.refreshToken).exp).toBe(seconds(clock.now + 2 * DAY))
  clock.now += DAY + 12 * 60 * MINUTE
  const last = rotated(await tokens.rotate(next.refreshToken))
  expect(decodeJwt(last.refreshToken).exp).toBe(seconds(start + 3 * DAY))
  expect(last.endsAt).toBe(start + 3 * DAY)
})

test('the scope of a rotation is a part of the granted one, for its access token alone', async () => {
  const { tokens } = await instance()
  const login = await tokens.issue({ ...ADA, scope: 'read write' })
  const wider = tokens.rotate(login.refreshToken, { scope: 'read admin' })
  await expect(wider).rejects.toMatchObject({ path: 'options.scope' })
  const narrow = rotated(await tokens.rotate(login.refreshToken, { scope: 'read' }))
  expect(decodeJwt(narrow.accessToken)['scope']).toBe('read')
  const again = rotated(await tokens.rotate(narrow.refreshToken))
  expect(decodeJwt(again.accessToken)['scope']).toBe('read write')
})

test('claims that were given at login are signed again, until a rotation replaces them', async () => {
  const { tokens } = await instance()
  const login = await tokens.issue({ ...ADA, claims: { role: 'user' } })
  const roleOf = (one: Login) => decodeJwt(one.accessToken)['role']
  const first = rotated(await tokens.rotate(login.refreshToken))
  expect(roleOf(first)).toBe('user')
  const second = rotated(await tokens.rotate(first.refreshToken, { claims: { role: 'admin' } }))
  expect(roleOf(second)).toBe('admin')
  const third = rotated(await tokens.rotate(second.refreshToken))
  expect(roleOf(third)).toBe('admin')
  const fourth = rotated(await tokens.rotate(third.refreshToken, { claims: async () => ({}) }))
  expect(roleOf(fourth)).toBeUndefined()
})

test('consume() refuses a refresh token', async () => {
  const { tokens } = await instance()
  const { refreshToken } = await tokens.issue(ADA)
  expect(await tokens.consume(refreshToken)).toMatchObject({ reason: 'invalid-claims' })
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true })
})

test('revoke() names what it has revoked', async () => {
  const { tokens, clock } = await instance()
  const one = await tokens.issue(ADA)
  const at = clock.now
  expect(await tokens.revoke(one.accessToken)).toEqual({
    revoked: true,
    target: 'token',
    at,
    first: true,
  })
  expect(await tokens.verify(one.refreshToken, { kind: 'refresh' })).toMatchObject({ active: true })
  expect(await tokens.revoke(one.refreshToken)).toMatchObject({ target: 'session', first: true })
  const two = await tokens.issue(ADA)
  const cascading = await tokens.revoke(two.accessToken, { cascade: true })
  expect(cascading).toMatchObject({ target: 'session', first: true })
  expect(await tokens.rotate(two.refreshToken)).toMatchObject({ reason: 'revoked' })
})

test('revoke() of a token that cannot be accepted tells why', async () => {
  const { tokens, clock } = await instance()
  const { accessToken } = await tokens.issue(ADA)
  const forged = `${accessToken.slice(0, -8)}AAAAAAAA`
  expect(await tokens.revoke(forged)).toMatchObject({ revoked: false, reason: 'signature' })
  clock.now += DAY
  expect(await tokens.revoke(accessToken)).toMatchObject({ revoked: false, reason: 'expired' })
})

test('save() returns when the token expires, and the token is accepted from then on', async () => {
  const { tokens, clock } = await instance()
  const [key] = await keys
  // Later than the root record: before it, everything is revoked.
  clock.now += MINUTE
  const iat = seconds(clock.now)
  const exp = iat + 600
  const claims = { iss: ISSUER, aud: ISSUER, sub: 'ada', client_id: 'web', jti: 'old' }
  const token = await sign(key, { ...claims, iat, exp })
  expect(await tokens.verify(token)).toMatchObject({ reason: 'not-found' })
  expect(await tokens.save(token)).toEqual({ saved: true, expiresAt: exp * 1_000 })
  expect(await tokens.verify(token)).toMatchObject({ active: true, expiresAt: exp * 1_000 })
})

test('a note has at most 1,024 code units', async () => {
  const { tokens } = await instance()
  const longest = 'a'.repeat(1_024)
  await tokens.revoke({ jti: 'a' }, { reason: longest, actor: longest })
  for (const member of ['reason', 'actor']) {
    const refused = tokens.revoke({ jti: 'b' }, { [member]: `${longest}a` })
    await expect(refused).rejects.toMatchObject({ path: `options.${member}` })
  }
})

test('under denylist a token without a record is accepted, and only its revocation is stored', async () => {
  const options = { policy: 'denylist', repository: listingRepository() } as const
  await prepare({ ...options, issuer: ISSUER, keys: await keys, clock: testClock().read })
  const { tokens } = await instance(options)
  const one = await tokens.issue({ ...ADA, refresh: false })
  const two = await tokens.issue({ ...ADA, refresh: false })
  const listed = async () => (await tokens.list({ subject: 'ada' })).items
  expect(await listed()).toEqual([])
  await tokens.revoke(one.accessToken)
  expect(await listed()).toMatchObject([{ kind: 'token', reason: 'revoked' }])
  expect(await tokens.verify(two.accessToken)).toMatchObject({ active: true })
  await tokens.consume(two.accessToken)
  expect(await listed()).toHaveLength(2)
})

test('an instance without a private key neither issues nor rotates', async () => {
  const [key] = await keys
  const repository = mapRepository()
  const { tokens } = await instance({ repository })
  const { refreshToken } = await tokens.issue(ADA)
  const verifier = (await instance({ repository, keys: [publicPart(key)] })).tokens
  await expect(verifier.issue(ADA)).rejects.toMatchObject(UNSUPPORTED)
  await expect(verifier.issue({ ...ADA, refresh: false })).rejects.toMatchObject(UNSUPPORTED)
  await expect(verifier.rotate(refreshToken)).rejects.toMatchObject(UNSUPPORTED)
})

test('a listed record of an evicting store is not revoked by its key', async () => {
  const { capabilities, ...inner } = mapRepository()
  const evicting = { ...inner, capabilities: { ...capabilities, durability: 'evicting' } } as const
  const { tokens } = await instance({ repository: evicting })
  const record = 'a'.repeat(24)
  await expect(tokens.revoke({ record })).rejects.toMatchObject(UNSUPPORTED)
})

test('prepare() reports what it has done, and closes the repository', async () => {
  const calls: string[] = []
  const found = { code: 'x', message: 'x', fix: 'x' }
  const inner = mapRepository(new Map(), {
    open: async () => {
      calls.push('open')
      return [found]
    },
    migrate: async () => ['CREATE TABLE'],
    close: async () => void calls.push('close'),
  })
  const options: TokenwardOptions = {
    issuer: ISSUER,
    keys: await keys,
    repository: inner,
    clock: testClock().read,
  }
  const made = { statements: ['CREATE TABLE'], root: 'made', findings: [found] }
  expect(await prepare(options)).toEqual(made)
  expect(calls).toEqual(['open', 'close'])
  expect(await prepare(options)).toMatchObject({ root: 'present' })
  const longer = { ...options, lifetimes: { access: '40d' } } as const
  const tooLong = createTokenward(longer)
  await expect(tooLong).rejects.toMatchObject({ code: 'TOKENWARD_POLICY_REFUSED' })
  expect(await prepare(longer)).toMatchObject({ root: 'raised' })
})

test('prepare() rejects with the code of each cause', async () => {
  const options = { issuer: ISSUER, keys: await keys, clock: testClock().read }
  const codeOf = async (given: Partial<TokenwardOptions>) => {
    try {
      await prepare({ ...options, repository: mapRepository(), ...given })
      return 'prepared'
    } catch (error) {
      return (error as { code?: string }).code
    }
  }
  const reject = () => Promise.reject(new Error('away'))
  const failing = (more: object) => ({ repository: mapRepository(new Map(), more) })
  expect(await codeOf({ issuer: 'x' })).toBe('TOKENWARD_INVALID_INPUT')
  expect(await codeOf(failing({ open: reject }))).toBe('TOKENWARD_STORE_UNAVAILABLE')
  expect(await codeOf(failing({ read: async () => [] }))).toBe('TOKENWARD_ADAPTER_FAULT')
  const deadline = '1ms'
  const lost = { ...failing({ write: reject }), deadline } as const
  expect(await codeOf(lost)).toBe('TOKENWARD_WRITE_INDETERMINATE')
})

test('a generated sealing key seals, and another one does not open', async () => {
  const repository = mapRepository()
  const [one, two] = [generateSealingKey(), generateSealingKey()]
  const { tokens } = await instance({ repository, sealing: one })
  const { session } = await tokens.issue({ ...ADA, data: { a: 1 } })
  expect(await tokens.data({ session })).toMatchObject({ data: { a: 1 } })
  const other = (await instance({ repository, sealing: two })).tokens
  expect(await other.data({ session })).toMatchObject({ data: null })
})
