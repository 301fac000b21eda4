import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import type { Tokenward } from '../src/index.ts'
import { ADA, DAY, instance, MINUTE } from './instance.ts'
import { listingRepository, mapRepository } from './map-repository.ts'
import { invalid, recordOfKind, sealing, UNSUPPORTED } from './sealing/fixtures.ts'

async function idsOf(tokens: Tokenward, options: object = {}): Promise<(string | undefined)[]> {
  return (await tokens.sessions({ subject: 'ada' }, options)).items.map(({ session }) => session)
}

/** Logins of ada, a minute apart, the newest first. */
async function logins(count: number, options: object = {}) {
  const made = await sealing()
  const sessions: string[] = []
  for (let n = 0; n < count; n++) {
    made.clock.now += MINUTE
    sessions.unshift((await made.tokens.issue({ ...ADA, ...options })).session)
  }
  return { ...made, sessions }
}

test('sessions are the newest first, with their names and times', async () => {
  const { tokens, clock, records } = await sealing()
  const began = clock.now
  const first = await tokens.issue({ ...ADA, label: 'Firefox', data: { a: 1 } })
  clock.now += MINUTE
  const second = await tokens.issue({ subject: 'ada', client: 'app' })
  await tokens.issue({ subject: 'bob', client: 'web' })
  await tokens.issue({ ...ADA, refresh: false })
  clock.now += MINUTE
  await tokens.rotate(first.refreshToken)
  const { items, cursor } = await tokens.sessions({ subject: 'ada' })
  expect(cursor).toBeUndefined()
  expect(items).toEqual([
    expect.objectContaining({ session: second.session, client: 'app', active: true }),
    {
      record: recordOfKind(records, 'session').key,
      ...ADA,
      session: first.session,
      label: 'Firefox',
      createdAt: began,
      lastUsedAt: clock.now,
      expiresAt: clock.now + 30 * DAY,
      endsAt: first.endsAt,
      active: true,
    },
  ])
  const [, withData] = (await tokens.sessions({ subject: 'ada' }, { data: true })).items
  expect(withData).toMatchObject({ data: { a: 1 } })
})

test('the pages of a cursor are stable while sessions begin and are used', async () => {
  const { tokens, clock, sessions } = await logins(5)
  const one = await tokens.sessions({ subject: 'ada' }, { limit: 2 })
  clock.now += MINUTE
  const { refreshToken } = await tokens.issue(ADA)
  await tokens.rotate(refreshToken)
  const two = await tokens.sessions({ subject: 'ada' }, { limit: 2, cursor: one.cursor ?? '' })
  const three = await tokens.sessions({ subject: 'ada' }, { limit: 2, cursor: two.cursor ?? '' })
  const found = [one, two, three].flatMap(({ items }) => items.map(({ session }) => session))
  expect(found).toEqual(sessions)
  expect(three.cursor).toBeUndefined()
})

test('logins of one millisecond are all on exactly one page', async () => {
  const { tokens } = await sealing()
  const made = await Promise.all(Array.from({ length: 9 }, () => tokens.issue(ADA)))
  const found: (string | undefined)[] = []
  let cursor: string | undefined
  do {
    const page = await tokens.sessions({ subject: 'ada' }, { limit: 2, ...(cursor && { cursor }) })
    found.push(...page.items.map(({ session }) => session))
    cursor = page.cursor
  } while (cursor !== undefined)
  expect(found.sort()).toEqual(made.map(({ session }) => session).sort())
})

test('the sessions of one client, page by page', async () => {
  const { tokens, clock } = await sealing()
  for (let n = 0; n < 30; n++) {
    clock.now += MINUTE
    await tokens.issue({ subject: 'ada', client: n % 10 === 0 ? 'app' : 'web' })
  }
  const target = { subject: 'ada', client: 'app' }
  const one = await tokens.sessions(target, { limit: 2 })
  const two = await tokens.sessions(target, { limit: 2, cursor: one.cursor ?? '' })
  expect([one.items.length, two.items.length, two.cursor]).toEqual([2, 1, undefined])
  expect([...one.items, ...two.items].every(({ client }) => client === 'app')).toBe(true)
})

test('a page of one client reads at most 1,000 sessions, and its cursor leads on', async () => {
  let reads = 0
  const records = new Map<string, StoredRecord>()
  const inner = listingRepository(records)
  const { tokens } = await instance({
    repository: {
      ...inner,
      list: async (...args) => {
        reads++
        return (await inner.list?.(...args)) ?? []
      },
    },
  })
  for (let n = 0; n < 1_050; n++) await tokens.issue(ADA)
  const target = { subject: 'ada', client: 'app' }
  const one = await tokens.sessions(target)
  expect([one.items, reads, typeof one.cursor]).toEqual([[], 10, 'string'])
  expect(await tokens.sessions(target, { cursor: one.cursor ?? '' })).toEqual({ items: [] })
})

test('an instance without keys shows the times, and which key is missing', async () => {
  const { tokens, another } = await sealing()
  const { session } = await tokens.issue({ ...ADA, data: { a: 1 } })
  await tokens.revoke({ session })
  const without = await another({ sealing: (await import('../src/index.ts')).generateSealingKey() })
  const [item] = (await without.sessions({ subject: 'ada' }, { data: true })).items
  expect(item).toMatchObject({ active: false, reason: 'revoked', data: null })
  expect(item).toMatchObject({ unreadable: expect.stringMatching(/^seal-/) })
  expect(item).not.toHaveProperty('session')
})

test.each<[string, unknown, unknown]>([
  ['target.subject', {}, undefined],
  ['target', null, undefined],
  ['target.session', { subject: 'ada', session: 'x' }, undefined],
  ['options.limit', { subject: 'ada' }, { limit: 1_001 }],
  ['options.cursor', { subject: 'ada' }, { cursor: 'x' }],
  ['options.cursor', { subject: 'ada' }, { cursor: `zzzzzzzzzzz.${'0'.repeat(64)}` }],
  ['options.data', { subject: 'ada' }, { data: 'yes' }],
])('%s of sessions() is refused', async (path, target, options) => {
  const { tokens } = await sealing()
  const refused = tokens.sessions(target as never, options as never)
  await expect(refused).rejects.toMatchObject(invalid(path))
})

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
  expect(await idsOf(tokens, { limit: 1 })).toHaveLength(1)
})

test('except also revokes an access token whose refresh token has expired', async () => {
  const { tokens, clock } = await sealing({ lifetimes: { access: '1h', refresh: '10m' } })
  const { accessToken } = await tokens.issue(ADA)
  clock.now += 11 * MINUTE
  const kept = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  await tokens.revoke({ subject: 'ada', except: kept.session })
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
