import { expect, test } from 'vitest'
import { generateSealingKey, type Tokenward } from '../src/index.ts'
import { ADA, instance, MINUTE } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, sign, testClock, trusting } from './provider.ts'
import { invalid, recordOfKind, sealing } from './sealing/fixtures.ts'

/** How many keys each read had. */
async function counting() {
  const reads: number[] = []
  const inner = mapRepository()
  const repository: typeof inner = {
    ...inner,
    read: (keys, signal) => {
      reads.push(keys.length)
      return inner.read(keys, signal)
    },
  }
  const { tokens, clock } = await instance({ repository, sealing: generateSealingKey() })
  const readsOf = async (call: Promise<unknown>) => {
    reads.length = 0
    await call
    return [...reads]
  }
  return { tokens, clock, readsOf }
}

test('verify: data costs no further round trip, and nothing without the option', async () => {
  const { tokens, readsOf } = await counting()
  const login = await tokens.issue({ ...ADA, data: { a: 1 } })
  const one = await tokens.issue({ ...ADA, refresh: false, data: { b: 1 } })
  // The root record, four cutoffs, that of the session, and the record of the token.
  expect(await readsOf(tokens.verify(login.accessToken))).toEqual([7])
  expect(await readsOf(tokens.verify(login.accessToken, { data: true }))).toEqual([8])
  expect(await readsOf(tokens.verify(one.accessToken))).toEqual([6])
  expect(await readsOf(tokens.verify(one.accessToken, { data: true }))).toEqual([6])
})

test('verify: data is that of the session, or of the token where there is none', async () => {
  const { tokens } = await sealing()
  const login = await tokens.issue({ ...ADA, data: { of: 'session' }, label: 'Firefox' })
  const one = await tokens.issue({ ...ADA, refresh: false, data: { of: 'token' } })
  const none = await tokens.issue(ADA)
  const options = { data: true } as const
  const shown = { active: true, data: { of: 'session' }, label: 'Firefox' }
  expect(await tokens.verify(login.accessToken, options)).toMatchObject(shown)
  const refresh = { ...options, kind: 'refresh' } as const
  expect(await tokens.verify(login.refreshToken, refresh)).toMatchObject(shown)
  const ofToken = await tokens.verify(one.accessToken, options)
  expect(ofToken).toMatchObject({ data: { of: 'token' } })
  expect(ofToken).not.toHaveProperty('label')
  expect(await tokens.verify(none.accessToken, options)).toMatchObject({ data: null })
  expect(await tokens.verify(login.accessToken)).not.toHaveProperty('data')
  const rotated = (await tokens.rotate(login.refreshToken)) as { accessToken: string }
  expect(await tokens.verify(rotated.accessToken, options)).toMatchObject(shown)
})

test('a refusal has no data', async () => {
  const { tokens, clock } = await sealing()
  const login = await tokens.issue({ ...ADA, data: { a: 1 } })
  const consumed = await tokens.issue({ ...ADA, refresh: false, data: { a: 1 } })
  await tokens.consume(consumed.accessToken)
  const refused = await tokens.verify(consumed.accessToken, { data: true })
  expect(refused).toMatchObject({ active: false, reason: 'consumed' })
  expect(refused).not.toHaveProperty('data')
  expect(await tokens.data(consumed.accessToken)).toMatchObject({
    found: true,
    active: false,
    data: { a: 1 },
  })
  clock.now += 16 * MINUTE
  const expired = await tokens.verify(login.accessToken, { data: true })
  expect(expired).toMatchObject({ active: false, reason: 'expired' })
  expect(expired).not.toHaveProperty('data')
})

test('a token that is accepted without the store has the data null', async () => {
  let isAway = false
  const inner = mapRepository()
  const { tokens } = await instance({
    onUnavailable: 'accept',
    sealing: generateSealingKey(),
    repository: {
      ...inner,
      read: (keys, signal) => (isAway ? Promise.reject(new Error()) : inner.read(keys, signal)),
    },
  })
  const { accessToken } = await tokens.issue({ ...ADA, data: { a: 1 } })
  isAway = true
  expect(await tokens.verify(accessToken, { data: true })).toMatchObject({
    storeChecked: false,
    data: null,
  })
  expect(await tokens.verify(accessToken)).not.toHaveProperty('data')
})

test('a saved token of an external issuer can have data', async () => {
  const { external, tokens } = await externalToken()
  expect(await tokens.verify(external, { data: true })).toMatchObject({ active: true, data: null })
  expect(await tokens.updateData(external, () => ({ a: 1 }))).toEqual({
    updated: true,
    data: { a: 1 },
  })
  expect(await tokens.verify(external, { data: true })).toMatchObject({
    active: true,
    data: { a: 1 },
  })
  await tokens.revoke(external)
  expect(await tokens.updateData(external, () => ({ a: 2 }))).toEqual({
    updated: false,
    reason: 'revoked',
    decidedBy: 'token',
  })
})

async function externalToken(): Promise<{ external: string; tokens: Tokenward }> {
  const provider = await createProvider()
  const clock = testClock()
  const tokens = await trusting({
    fetch: provider.fetch,
    clock: clock.read,
    repository: mapRepository(),
    sealing: generateSealingKey(),
  })
  const external = await sign(provider.key, claimsAt(clock.now, {}))
  await tokens.save(external)
  return { external, tokens }
}

test('data() finds a token or session by each target, and refuses scopes', async () => {
  const { tokens, records } = await sealing()
  const login = await tokens.issue({ ...ADA, data: { a: 1 }, label: 'Firefox' })
  const record = recordOfKind(records, 'session').key
  const { session, accessToken, refreshToken } = login
  const expected = {
    found: true,
    kind: 'session',
    record,
    active: true,
    ...ADA,
    session,
    label: 'Firefox',
    data: { a: 1 },
  }
  const refreshJti = `${session}.1`
  for (const target of [{ session }, { record }, { jti: refreshJti }, accessToken, refreshToken])
    expect(await tokens.data(target)).toMatchObject(expected)
  const ofToken = await tokens.data({ jti: login.jti })
  expect(ofToken).toMatchObject({ kind: 'token', jti: login.jti, data: null })
  for (const target of [{ session: 'x' }, { jti: 'x' }, { record: '0'.repeat(24) }, 'a.b.c'])
    expect(await tokens.data(target)).toEqual({ found: false })
  const root = recordOfKind(records, 'root').key
  expect(await tokens.data({ record: root })).toEqual({ found: false })
  for (const target of [{ subject: 'ada' }, { everything: true }, {}, null, 7])
    await expect(tokens.data(target as never)).rejects.toMatchObject(invalid('target'))
})

test('data() of a session whose key is missing is found, without its data', async () => {
  const { tokens, another } = await sealing()
  const { session } = await tokens.issue({ ...ADA, data: { a: 1 } })
  const without = await another({ sealing: generateSealingKey() })
  const expected = { found: true, kind: 'session', active: true, data: null }
  expect(await without.data({ session })).toMatchObject({
    ...expected,
    unreadable: expect.stringMatching(/^seal-/),
  })
})
