import { afterEach, expect, test, vi } from 'vitest'
import { generateSealingKey, type Tokenward } from '../src/index.ts'
import { ADA, DAY } from './instance.ts'
import { invalid, recordOfKind, sealing } from './sealing/fixtures.ts'

afterEach(() => void vi.restoreAllMocks())

const DATA = { ...ADA, data: { n: 1 } }
type Counter = { n: number }
const increment = (data: object | null): Counter => ({ n: ((data as Counter | null)?.n ?? 0) + 1 })

test('updateData changes the data and nothing else of the record', async () => {
  const { tokens, records } = await sealing()
  const { session, accessToken } = await tokens.issue({ ...DATA, label: 'Firefox' })
  const before = recordOfKind(records, 'session')
  expect(await tokens.updateData({ session }, increment)).toEqual({ updated: true, data: { n: 2 } })
  const after = recordOfKind(records, 'session')
  expect({ ...after, etag: '', body: '' }).toEqual({ ...before, etag: '', body: '' })
  const { sealed: _, dataId: __, ...body } = JSON.parse(after.body)
  const { sealed: ___, ...bodyBefore } = JSON.parse(before.body)
  expect(body).toEqual(bodyBefore)
  const verified = await tokens.verify(accessToken, { data: true })
  expect(verified).toMatchObject({ data: { n: 2 }, label: 'Firefox' })
})

test('null removes the data, and keeps the names', async () => {
  const { tokens } = await sealing()
  const { session } = await tokens.issue(DATA)
  const removed = { updated: true, data: null }
  expect(await tokens.updateData({ session }, () => null)).toEqual(removed)
  expect(await tokens.data({ session })).toMatchObject({ ...ADA, data: null })
  const seen: unknown[] = []
  await tokens.updateData({ session }, (data) => {
    seen.push(data)
    return { n: 1 }
  })
  expect(seen).toEqual([null])
})

test('concurrent updates of eight callers on two instances are all counted', async () => {
  const key = generateSealingKey()
  const { tokens, another } = await sealing({ sealing: key })
  const other = await another({ sealing: key })
  const { session, refreshToken } = await tokens.issue({ ...ADA, data: { n: 0 } })
  const callers = Array.from({ length: 8 }, async (_, i) => {
    const caller = i % 2 === 0 ? tokens : other
    for (let n = 0; n < 5; n++)
      await caller.updateData({ session }, async (data) => increment(data))
  })
  await Promise.all([...callers, tokens.rotate(refreshToken)])
  expect(await tokens.data({ session })).toMatchObject({ data: { n: 40 }, generation: 2 })
})

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['a string', 'text'],
  ['a list', []],
  ['a function', () => ({})],
  ['data that is too large', { d: 'x'.repeat(16_384) }],
])('a change that returns %s is refused and changes nothing', async (_, next) => {
  const { tokens, records } = await sealing()
  const { session } = await tokens.issue(DATA)
  const before = recordOfKind(records, 'session')
  const refused = tokens.updateData({ session }, () => next as object)
  await expect(refused).rejects.toMatchObject(invalid('data'))
  expect(recordOfKind(records, 'session')).toBe(before)
})

test('a change that throws rejects with its error, and changes nothing', async () => {
  const { tokens } = await sealing()
  const { session } = await tokens.issue(DATA)
  const failed = new Error('no')
  const change = (): object => {
    throw failed
  }
  await expect(tokens.updateData({ session }, change)).rejects.toBe(failed)
  await expect(tokens.updateData({ session }, async () => change())).rejects.toBe(failed)
  for (const wrong of [undefined, null, {}])
    await expect(tokens.updateData({ session }, wrong as never)).rejects.toMatchObject(
      invalid('change'),
    )
  expect(await tokens.data({ session })).toMatchObject({ data: { n: 1 } })
})

test('a change that never settles delays only its own call', async () => {
  const { tokens } = await sealing()
  const { session, refreshToken } = await tokens.issue(DATA)
  const hanging = tokens.updateData({ session }, () => new Promise<object>(() => {}))
  hanging.catch(() => undefined)
  expect(await tokens.updateData({ session }, increment)).toMatchObject({ updated: true })
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true })
  await tokens.close()
})

test('the time that the change takes is not counted', async () => {
  const { tokens } = await sealing({ deadline: '20s' })
  const { session } = await tokens.issue(DATA)
  const now = performance.now.bind(performance)
  const slow = async (data: object | null) => {
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000)
    return increment(data)
  }
  expect(await tokens.updateData({ session }, slow)).toMatchObject({ data: { n: 2 } })
})

test('a change may mutate its argument, and what it returned may be changed later', async () => {
  const { tokens } = await sealing()
  const { session } = await tokens.issue(DATA)
  let mine: Counter | null = null
  const updated = await tokens.updateData({ session }, (data) => {
    mine = data as Counter
    mine.n++
    return mine
  })
  Object.assign(mine ?? {}, { n: 99 })
  expect(updated).toEqual({ updated: true, data: { n: 2 } })
  expect(await tokens.data({ session })).toMatchObject({ data: { n: 2 } })
})

test('what is not accepted any more is not changed', async () => {
  const { tokens, clock } = await sealing()
  const [revoked, expired] = [await tokens.issue(DATA), await tokens.issue(DATA)]
  const one = await tokens.issue({ ...DATA, refresh: false })
  await tokens.revoke({ session: revoked.session })
  await tokens.consume(one.accessToken)
  const update = (target: Parameters<Tokenward['updateData']>[0]) =>
    tokens.updateData(target, () => {
      throw new Error('is not called')
    })
  const decided = { updated: false, reason: 'revoked', decidedBy: 'session' }
  expect(await update({ session: revoked.session })).toEqual(decided)
  const consumed = { updated: false, reason: 'consumed', decidedBy: 'token' }
  expect(await update({ jti: one.jti })).toEqual(consumed)
  const unknown = { updated: false, reason: 'not-found' }
  for (const target of [{ session: 'x' }, { jti: 'x' }, { record: '0'.repeat(24) }, 'a.b.c'])
    expect(await update(target)).toEqual(unknown)
  clock.now += 91 * DAY
  expect(await update({ session: expired.session })).toEqual({ updated: false, reason: 'expired' })
  await expect(update({ subject: 'ada' })).rejects.toMatchObject(invalid('target'))
})

test('what cannot be opened is not changed', async () => {
  const { tokens, another } = await sealing()
  const { session } = await tokens.issue(DATA)
  const other = await another({ sealing: generateSealingKey() })
  const outcomes: unknown[] = []
  other.on('operation', ({ name, outcome, reason }) => outcomes.push([name, outcome, reason]))
  const refused = { updated: false, reason: 'unreadable' }
  expect(await other.updateData({ session }, increment)).toEqual(refused)
  expect(outcomes).toEqual([['updateData', 'inactive', 'unreadable']])
  expect(await tokens.data({ session })).toMatchObject({ data: { n: 1 } })
})

test('a change that returns undefined is refused with how to remove the data', async () => {
  const { tokens } = await sealing()
  const { session } = await tokens.issue(DATA)
  const nothing = tokens.updateData({ session }, (() => undefined) as never)
  const message = expect.stringContaining('return null to remove')
  await expect(nothing).rejects.toMatchObject({ ...invalid('data'), message })
})
