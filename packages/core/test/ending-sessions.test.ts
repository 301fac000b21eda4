import { expect, test } from 'vitest'
import { generateSealingKey, prepare } from '../src/index.ts'
import { ADA, instance, keys, MINUTE } from './instance.ts'
import { listingRepository, mapRepository } from './map-repository.ts'
import { ISSUER, testClock } from './provider.ts'
import { invalid, logins, recordOfKind, sealing, UNSUPPORTED } from './sealing/fixtures.ts'

test('maxSessions ends the oldest sessions', async () => {
  const { tokens, sessions } = await logins(4, { maxSessions: 3 })
  const { items } = await tokens.sessions({ subject: 'ada' })
  expect(items.map(({ session, active }) => [session, active])).toEqual([
    [sessions[0], true],
    [sessions[1], true],
    [sessions[2], true],
    [sessions[3], false],
  ])
  const [, , , oldest] = items
  const explained = await tokens.explain({ record: oldest?.record ?? '' })
  expect(explained).toMatchObject({ reason: 'revoked', note: { reason: 'too many sessions' } })
})

test('ended sessions do not count for maxSessions', async () => {
  const { tokens, sessions } = await logins(3)
  await tokens.revoke({ session: sessions[0] ?? '' })
  await tokens.issue({ ...ADA, maxSessions: 3 })
  const { items } = await tokens.sessions({ subject: 'ada' })
  expect(items.filter(({ active }) => active)).toHaveLength(3)
})

test('of racing logins at most maxSessions sessions remain', async () => {
  const { tokens } = await sealing()
  await Promise.all(Array.from({ length: 8 }, () => tokens.issue({ ...ADA, maxSessions: 5 })))
  const { items } = await tokens.sessions({ subject: 'ada' })
  expect(items.filter(({ active }) => active)).toHaveLength(5)
})

test('maxSessions needs a session, and a store that can list, before anything is written', async () => {
  const { tokens, records } = await sealing()
  const wrong = tokens.issue({ ...ADA, refresh: false, maxSessions: 1 })
  await expect(wrong).rejects.toMatchObject(invalid('options.maxSessions'))
  for (const maxSessions of [0, 1.5, '1'])
    await expect(
      tokens.issue({ ...ADA, maxSessions: maxSessions as number }),
    ).rejects.toMatchObject(invalid('options.maxSessions'))
  expect(records.size).toBe(1)
  const { tokens: plain } = await instance({ repository: mapRepository() })
  await expect(plain.issue({ ...ADA, maxSessions: 1 })).rejects.toMatchObject(UNSUPPORTED)
  await expect(plain.sessions({ subject: 'ada' })).rejects.toMatchObject(UNSUPPORTED)
  const except = plain.revoke({ subject: 'ada', except: 'x' })
  await expect(except).rejects.toMatchObject({
    ...UNSUPPORTED,
    message: expect.stringContaining('revoke the subject'),
  })
})

test('except revokes all other sessions and tokens, once', async () => {
  const { tokens } = await sealing()
  const [kept, other] = [await tokens.issue(ADA), await tokens.issue(ADA)]
  const one = await tokens.issue({ ...ADA, refresh: false })
  const bob = await tokens.issue({ subject: 'bob', client: 'web' })
  const target = { subject: 'ada', except: kept.session }
  const note = { reason: 'password changed', actor: 'ada' }
  const revoked = await tokens.revoke(target, note)
  expect(revoked).toMatchObject({ revoked: true, target: 'subject', first: true, count: 2 })
  const active = await Promise.all(
    [kept, other, one, bob].map(
      async ({ accessToken }) => (await tokens.verify(accessToken)).active,
    ),
  )
  expect(active).toEqual([true, false, false, true])
  expect(await tokens.rotate(kept.refreshToken)).toMatchObject({ active: true })
  expect(await tokens.rotate(other.refreshToken)).toMatchObject({ reason: 'revoked' })
  expect(await tokens.explain(other.accessToken)).toMatchObject({ note })
  expect(await tokens.revoke(target)).toMatchObject({ first: false, count: 0 })
})

test('except also revokes an access token whose refresh token has expired', async () => {
  // Without records of access tokens, only the record of its session leads to it.
  const options = {
    repository: listingRepository(),
    policy: 'denylist',
    lifetimes: { access: '1h', refresh: '10m' },
  } as const
  await prepare({ ...options, issuer: ISSUER, keys: await keys, clock: testClock().read })
  const { tokens, clock } = await instance({ ...options, sealing: generateSealingKey() })
  const { accessToken } = await tokens.issue(ADA)
  clock.now += 11 * MINUTE
  const kept = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  await tokens.revoke({ subject: 'ada', except: kept.session })
  expect(await tokens.verify(accessToken)).toMatchObject({ reason: 'revoked' })
  expect(await tokens.verify(kept.accessToken)).toMatchObject({ active: true })
})

test.each([
  ['until then', -1, 1],
  ['and not after it', 0, 0],
])(
  'except revokes a session that may have access tokens until its end, %s',
  async (_, ms, count) => {
    const lifetimes = { access: '5m', refresh: '10m', session: '20m' } as const
    const { tokens, clock } = await sealing({ lifetimes, leeway: '30s' })
    const { endsAt } = await tokens.issue(ADA)
    clock.now = endsAt + 30_000 + ms
    const { session } = await tokens.issue(ADA)
    const revoked = await tokens.revoke({ subject: 'ada', except: session })
    expect(revoked).toMatchObject({ first: count > 0, count })
  },
)

test('except revokes a session once, whichever of its access tokens have expired', async () => {
  const { tokens, clock, records } = await sealing()
  const login = await tokens.issue(ADA)
  const ofSession = recordOfKind(records, 'session')
  clock.now += MINUTE
  await tokens.rotate(login.refreshToken)
  clock.now += 60 * MINUTE
  const { session } = await tokens.issue(ADA)
  const scopes: unknown[] = []
  tokens.on('revoked', ({ scope, record }) => void scopes.push([scope, record]))
  expect(await tokens.revoke({ subject: 'ada', except: session })).toMatchObject({ count: 1 })
  const cutoff = recordOfKind(records, 'cutoff')
  expect(scopes).toEqual([['session', cutoff.key]])
  expect(cutoff.retainUntil).toBe(ofSession.retainUntil)
  expect(await tokens.rotate(login.refreshToken)).toMatchObject({ reason: 'revoked' })
})

test('the cutoff of a session that is found by an access token is retained as long as the session', async () => {
  const { tokens, clock, records } = await sealing()
  const login = await tokens.issue(ADA)
  const ofSession = recordOfKind(records, 'session')
  clock.now += MINUTE
  // The newest record of the session.
  await tokens.rotate(login.refreshToken)
  const { session } = await tokens.issue({ ...ADA })
  expect(await tokens.revoke({ subject: 'ada', except: session })).toMatchObject({ count: 1 })
  const cutoff = recordOfKind(records, 'cutoff')
  expect(cutoff.retainUntil).toBeGreaterThanOrEqual(ofSession.retainUntil)
})

test('except revokes each token without a session', async () => {
  const { tokens } = await sealing()
  const { session } = await tokens.issue(ADA)
  const single = { ...ADA, refresh: false } as const
  const made = [await tokens.issue(single), await tokens.issue(single)]
  expect(await tokens.revoke({ subject: 'ada', except: session })).toMatchObject({ count: 2 })
  for (const { accessToken } of made)
    expect(await tokens.verify(accessToken)).toMatchObject({ reason: 'revoked' })
})

test.each<[string, unknown, unknown]>([
  ['target.subject', { except: 'x' }, undefined],
  ['target.except', { subject: 'ada', except: 7 }, undefined],
  ['target.client', { subject: 'ada', except: 'x', client: 'web' }, undefined],
  ['options.before', { subject: 'ada', except: 'x' }, { before: 1 }],
  ['target', null, undefined],
  ['target', undefined, undefined],
  ['target', 7, undefined],
])('%s of revoke() is refused', async (path, target, options) => {
  const { tokens } = await sealing()
  const refused = tokens.revoke(target as never, options as never)
  await expect(refused).rejects.toMatchObject(invalid(path))
})
