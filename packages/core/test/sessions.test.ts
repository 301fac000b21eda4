import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { generateSealingKey } from '../src/index.ts'
import { ADA, DAY, instance, MINUTE } from './instance.ts'
import { listingRepository } from './map-repository.ts'
import { invalid, logins, recordOfKind, sealing } from './sealing/fixtures.ts'

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
  const without = await another({ sealing: generateSealingKey() })
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
  ['options.cursor', { subject: 'ada' }, { cursor: `zzzzzzzzzzz.${'0'.repeat(24)}` }],
  ['options.data', { subject: 'ada' }, { data: 'yes' }],
])('%s of sessions() is refused', async (path, target, options) => {
  const { tokens } = await sealing()
  const refused = tokens.sessions(target as never, options as never)
  await expect(refused).rejects.toMatchObject(invalid(path))
})
