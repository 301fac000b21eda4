import { expect, test } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import { ADA, DAY, instance } from './instance.ts'
import { listingRepository } from './map-repository.ts'
import { invalid, recordOfKind, sealing, UNSUPPORTED } from './sealing/fixtures.ts'

const SUBJECT = { subject: 'ada' } as const

/** An instance, and the lists that its store was asked for. */
async function asking() {
  const records = new Map<string, StoredRecord>()
  const inner = listingRepository(records)
  const lists: Parameters<NonNullable<TokenRepository['list']>>[] = []
  const { tokens, clock } = await instance({
    repository: {
      ...inner,
      list: async (...args) => {
        lists.push(args)
        return (await inner.list?.(...args)) ?? []
      },
    },
  })
  return { tokens, clock, records, lists }
}

function corrupt(records: Map<string, StoredRecord>, kind: StoredRecord['kind']): StoredRecord {
  const record = { ...recordOfKind(records, kind), body: '{' }
  records.set(record.key, record)
  return record
}

test('a list has the records of one kind, or of both', async () => {
  const { tokens } = await asking()
  await tokens.issue(ADA)
  await tokens.revoke({ client: 'web' })
  const kindsOf = async (options: object) =>
    (await tokens.list({ everything: true }, options)).items.map(({ kind }) => kind).toSorted()
  expect(await kindsOf({})).toEqual(['session', 'token'])
  expect(await kindsOf({ kind: 'token' })).toEqual(['token'])
  expect(await kindsOf({ kind: 'session' })).toEqual(['session'])
})

test('the sessions of a subject have a list of their own', async () => {
  const { tokens, lists } = await asking()
  await tokens.issue(ADA)
  await tokens.list(SUBJECT, { kind: 'session' })
  await tokens.list(SUBJECT, { kind: 'token' })
  await tokens.list(SUBJECT)
  await tokens.sessions(SUBJECT)
  const [ofSessions, ofTokens, ofBoth, alsoOfSessions] = lists.map(([group]) => group)
  expect(ofTokens).toBe(ofBoth)
  expect(ofSessions).not.toBe(ofBoth)
  expect(alsoOfSessions).toBe(ofSessions)
})

test('a corrupt record is listed with what is known of it', async () => {
  const { tokens, records } = await asking()
  await tokens.issue(ADA)
  const { key: record, expiresAt } = corrupt(records, 'token')
  const { items } = await tokens.list(SUBJECT, { kind: 'token' })
  expect(items).toEqual([{ record, kind: 'token', active: false, reason: 'corrupt', expiresAt }])
})

test('a corrupt record of a session has the times of the record', async () => {
  const { tokens, clock, records } = await asking()
  await tokens.issue(ADA)
  const { key: record, createdAt, expiresAt } = corrupt(records, 'session')
  clock.now += DAY
  const times = { createdAt, lastUsedAt: createdAt, expiresAt, endsAt: expiresAt }
  const corruptItem = { record, ...times, active: false, reason: 'corrupt' }
  expect((await tokens.sessions(SUBJECT)).items).toEqual([corruptItem])
})

test('the data of a corrupt record is null', async () => {
  const { tokens, records } = await sealing()
  await tokens.issue({ ...ADA, data: { a: 1 } })
  const { key: record, expiresAt } = corrupt(records, 'session')
  expect(await tokens.data({ record })).toEqual({
    found: true,
    record,
    kind: 'session',
    active: false,
    reason: 'corrupt',
    expiresAt,
    data: null,
  })
  const updated = await tokens.updateData({ record }, () => ({ a: 2 }))
  expect(updated).toEqual({ updated: false, reason: 'corrupt' })
})

test('a single token or record has no list', async () => {
  const { tokens, lists } = await asking()
  for (const target of [{ jti: 'a' }, { record: 'a'.repeat(24) }])
    await expect(tokens.list(target)).rejects.toMatchObject(invalid('target'))
  expect(lists).toEqual([])
})

test('a store that cannot list is reported, whatever was asked for', async () => {
  const { tokens } = await instance()
  for (const target of [SUBJECT, { jti: 'a' }])
    await expect(tokens.list(target)).rejects.toMatchObject(UNSUPPORTED)
  await expect(tokens.sessions(SUBJECT)).rejects.toMatchObject(UNSUPPORTED)
})
