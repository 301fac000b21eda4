import { expect, test } from 'vitest'
import { generateSealingKey } from '../src/index.ts'
import { ADA, DAY, instance, MINUTE } from './instance.ts'
import { listingRepository } from './map-repository.ts'
import { invalid, recordOfKind, sealing, UNSUPPORTED } from './sealing/fixtures.ts'

const DATA = { ...ADA, data: { secret: 'x' }, label: 'Firefox' }

test('erase revokes the subject and empties its records, and a second call finds none', async () => {
  const { tokens, records } = await sealing()
  const login = await tokens.issue(DATA)
  const one = await tokens.issue({ ...DATA, refresh: false })
  const bob = await tokens.issue({ ...DATA, subject: 'bob' })
  const note = { reason: 'lost phone' }
  await tokens.revoke({ session: login.session }, note)
  await tokens.revoke({ subject: 'ada', client: 'web' }, note)
  const progress: number[] = []
  const erased = await tokens.erase(
    { subject: 'ada' },
    { onProgress: (count) => progress.push(count) },
  )
  // A session, two access tokens, and the notes of two cutoffs.
  expect(erased).toEqual({ at: expect.any(Number), erased: 5 })
  expect(progress).toEqual([3])
  expect(await tokens.erase({ subject: 'ada' })).toMatchObject({ erased: 0 })
  const { items } = await tokens.list({ subject: 'ada' })
  expect(items).toHaveLength(3)
  for (const item of items) {
    expect(item).toMatchObject({ active: false, reason: 'revoked' })
    for (const name of ['subject', 'client', 'session', 'jti', 'label', 'unreadable'])
      expect(item).not.toHaveProperty(name)
  }
  expect(await tokens.data(one.accessToken)).toMatchObject({ found: true, data: null })
  for (const target of [{ session: login.session }, { subject: 'ada', client: 'web' }])
    expect(await tokens.explain(target)).not.toHaveProperty('note')
  const ofBob = await tokens.verify(bob.accessToken, { data: true })
  expect(ofBob).toMatchObject({ active: true, data: DATA.data, label: 'Firefox' })
  expect(records.size).toBeGreaterThan(5)
})

test('erase changes neither the state nor the retention of a record', async () => {
  const { tokens, records } = await sealing()
  await tokens.issue(DATA)
  const before = [...records.values()].filter(({ kind }) => kind === 'session' || kind === 'token')
  await tokens.erase({ subject: 'ada' })
  for (const { etag: _, body: __, ...fields } of before)
    expect(records.get(fields.key)).toMatchObject(fields)
})

test('a revoked token whose data was changed is emptied once', async () => {
  const { tokens } = await sealing()
  const one = await tokens.issue({ ...DATA, refresh: false })
  await tokens.updateData({ jti: one.jti }, () => ({ secret: 'y' }))
  await tokens.revoke({ jti: one.jti }, { reason: 'lost phone' })
  expect(await tokens.erase({ subject: 'ada' })).toMatchObject({ erased: 1 })
  expect(await tokens.erase({ subject: 'ada' })).toMatchObject({ erased: 0 })
  expect(await tokens.explain({ jti: one.jti })).toMatchObject({ reason: 'revoked' })
})

test('a login after the revocation keeps what it has', async () => {
  const inner = listingRepository()
  let login: (() => Promise<{ session: string }>) | null = null
  let late = ''
  const { tokens } = await instance({
    sealing: generateSealingKey(),
    repository: {
      ...inner,
      list: async (...args) => {
        late ||= (await login?.())?.session ?? ''
        return (await inner.list?.(...args)) ?? []
      },
    },
  })
  const { session } = await tokens.issue(DATA)
  login = () => tokens.issue(DATA)
  await tokens.erase({ subject: 'ada' })
  expect(await tokens.data({ session })).toMatchObject({ active: false, data: null })
  const kept = await tokens.data({ session: late })
  expect(kept).toMatchObject({ active: true, data: DATA.data, ...ADA })
})

test('erase needs no keys, and also empties notes in plain text', async () => {
  const { tokens, records, clock } = await sealing()
  await tokens.issue(DATA)
  const { tokens: plain } = await instance({
    repository: listingRepository(records),
    clock: clock.read,
  })
  const { session } = await plain.issue(ADA)
  await plain.revoke({ session }, { reason: 'lost phone', actor: 'support' })
  expect(JSON.stringify([...records.values()])).toContain('lost phone')
  // The session and access token that are sealed, and the note.
  expect(await plain.erase({ subject: 'ada' })).toMatchObject({ erased: 3 })
  expect(JSON.stringify([...records.values()])).not.toContain('lost phone')
  expect(recordOfKind(records, 'session').body).not.toContain('sealed')
})

test('records that are pruned soon are not written', async () => {
  const { tokens, clock } = await sealing({ lifetimes: { session: '1d', refresh: '1d' } })
  await tokens.issue(DATA)
  clock.now += DAY + MINUTE
  expect(await tokens.erase({ subject: 'ada' })).toMatchObject({ erased: 0 })
})

test('erase needs a store that can list, before it revokes, and its arguments are checked', async () => {
  const { tokens: plain } = await instance()
  const { accessToken } = await plain.issue(ADA)
  await expect(plain.erase({ subject: 'ada' })).rejects.toMatchObject(UNSUPPORTED)
  expect(await plain.verify(accessToken)).toMatchObject({ active: true })
  const { tokens } = await sealing()
  for (const [target, path] of [
    [{}, 'target.subject'],
    [null, 'target'],
    [{ subject: 'ada', client: 'web' }, 'target.client'],
  ] as const)
    await expect(tokens.erase(target as never)).rejects.toMatchObject(invalid(path))
})
