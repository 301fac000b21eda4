import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { cursorOf, parseListOptions } from '../src/input/operations.schema.ts'
import { ADA, instance, MINUTE } from './instance.ts'
import { keyOf, listingRepository } from './map-repository.ts'
import { invalid } from './sealing/fixtures.ts'

async function listing() {
  const records = new Map<string, StoredRecord>()
  const made = await instance({ repository: listingRepository(records) })
  const times = (kind: StoredRecord['kind']) =>
    [...records.values()].filter((each) => each.kind === kind).map(({ createdAt }) => createdAt)
  return { ...made, records, times }
}

test('createdAt is when the record was made, and no later call changes it', async () => {
  const { tokens, clock, times } = await listing()
  const began = clock.now
  clock.now += MINUTE
  const login = await tokens.issue(ADA)
  const one = await tokens.issue({ ...ADA, refresh: false })
  const issuedAt = clock.now
  clock.now += MINUTE
  await tokens.rotate(login.refreshToken)
  await tokens.consume(one.accessToken)
  await tokens.revoke({ jti: one.jti })
  await tokens.revoke({ session: login.session })
  await tokens.revoke({ everything: true })
  const revokedAt = clock.now
  clock.now += MINUTE
  await tokens.revoke({ session: login.session })
  expect(times('root')).toEqual([began])
  expect(times('session')).toEqual([issuedAt])
  expect(times('token')).toEqual([issuedAt, issuedAt, revokedAt])
  expect(times('cutoff')).toEqual([revokedAt])
})

test('the tombstone of a token that was never stored is created when it is revoked', async () => {
  const { tokens, clock, times } = await listing()
  clock.now += MINUTE
  await tokens.revoke({ jti: 'unknown' })
  clock.now += MINUTE
  await tokens.revoke({ jti: 'unknown' })
  expect(times('token')).toEqual([clock.now - MINUTE])
})

test('list() returns the newest first, and its pages are stable', async () => {
  const { tokens, clock } = await listing()
  const issued: string[] = []
  for (let n = 0; n < 5; n++) {
    clock.now += MINUTE
    await tokens.issue({ ...ADA, refresh: false })
    issued.unshift(String(clock.now))
  }
  const target = { subject: 'ada' }
  const one = await tokens.list(target, { limit: 2 })
  clock.now += MINUTE
  await tokens.issue({ ...ADA, refresh: false })
  const two = await tokens.list(target, { limit: 3, cursor: one.cursor ?? '' })
  const found = [...one.items, ...two.items].map(({ issuedAt }) => String(issuedAt))
  expect(found).toEqual(issued)
})

test.each([0, 1, 1_800_000_000_000, Number.MAX_SAFE_INTEGER])(
  'a cursor of %i is read as it was written',
  (createdAt) => {
    const position = { createdAt, key: keyOf(255) }
    expect(parseListOptions({ cursor: cursorOf(position) }).cursor).toEqual(position)
  },
)

test.each<[string, unknown]>([
  ['empty', ''],
  ['a number', 1],
  ['without a time', `.${keyOf(1)}`],
  ['without a key', 'abc'],
  ['with a short key', `abc.${keyOf(1).slice(1)}`],
  ['with capitals', `ABC.${keyOf(1)}`],
  ['negative', `-1.${keyOf(1)}`],
  ['beyond safe integers', `${(2 ** 53).toString(36)}.${keyOf(1)}`],
  ['with more after it', `abc.${keyOf(1)}\n`],
])('a cursor that is %s is refused', (_, cursor) => {
  expect(() => parseListOptions({ cursor })).toThrowError(
    expect.objectContaining(invalid('options.cursor')),
  )
})

test('a record whose createdAt is no number is corrupt', async () => {
  const { tokens, records } = await listing()
  const { accessToken } = await tokens.issue({ ...ADA, refresh: false })
  for (const record of records.values())
    if (record.kind === 'token') records.set(record.key, { ...record, createdAt: Number.NaN })
  expect(await tokens.verify(accessToken)).toMatchObject({ active: false, reason: 'corrupt' })
})
