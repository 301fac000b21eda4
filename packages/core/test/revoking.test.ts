import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { generateSealingKey } from '../src/index.ts'
import { ADA, instance, MINUTE } from './instance.ts'
import { compareAndSet, listingRepository, mapRepository } from './map-repository.ts'
import { ISSUER } from './provider.ts'
import { invalid, recordOfKind, sealing } from './sealing/fixtures.ts'

test.each(['ada', '', 'a.b', 'login id', '…'])(
  'revoke(%j) rejects and names what to pass, because it is not a JWT',
  async (text) => {
    const { tokens } = await instance()
    await expect(tokens.revoke(text)).rejects.toMatchObject({
      ...invalid('token'),
      message: expect.stringContaining('{ subject }'),
    })
  },
)

test('revoke() of the id of a refresh token revokes its session', async () => {
  const { tokens } = await instance()
  const login = await tokens.issue(ADA)
  const next = await tokens.rotate(login.refreshToken)
  if (!next.active) throw new Error(next.reason)
  const [, payload = ''] = login.refreshToken.split('.')
  const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  expect(await tokens.explain({ jti })).toMatchObject({ active: true })
  expect(await tokens.revoke({ jti })).toMatchObject({ revoked: true, target: 'session' })
  expect(await tokens.verify(next.accessToken)).toMatchObject({ reason: 'revoked' })
  expect(await tokens.rotate(next.refreshToken)).toMatchObject({ reason: 'revoked' })
  expect(await tokens.explain({ jti })).toMatchObject({ active: false, reason: 'revoked' })
})

test.each([
  ['DEL', 'lost\x7f phone'],
  ['controls', 'lost\x00\x1b\x80\x9f phone'],
  ['separators', 'lost\u2028\u2029\ufeff phone'],
  ['1,024 units', '\u{1f4f1}'.repeat(512)],
])('a note with %s is returned unchanged', async (_, reason) => {
  const { tokens } = await instance()
  const { accessToken } = await tokens.issue(ADA)
  await tokens.revoke({ subject: 'ada' }, { reason, actor: reason })
  expect(await tokens.verify(accessToken)).toMatchObject({ note: { reason, actor: reason } })
})

test('a note with a lone surrogate is refused before anything is sent', async () => {
  const { tokens } = await instance()
  const { accessToken } = await tokens.issue(ADA)
  const revoked = tokens.revoke({ subject: 'ada' }, { reason: 'lost \ud800' })
  await expect(revoked).rejects.toMatchObject({ path: 'options.reason' })
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
})

test('a record that core could not decode is not sent', async () => {
  const records = new Map<string, StoredRecord>()
  const { tokens } = await instance({ repository: mapRepository(records) })
  await tokens.issue(ADA)
  const { Store } = await import('../src/store/store.ts')
  const { Deadline } = await import('../src/store/deadline.ts')
  const { updateRecord } = await import('../src/store/conditional-write.ts')
  const silent = { unavailable: () => {}, recovered: () => {} }
  const store = new Store(mapRepository(records), silent)
  const record = [...records.values()].find(({ kind }) => kind === 'token')
  if (record === undefined) throw new Error('no record')
  const before = [...records]
  for (const wrong of [
    { ...record, retainUntil: record.retainUntil + 0.5 },
    { ...record, expiresAt: Number.NaN },
    { ...record, body: '{"at":1.5}' },
    { ...record, body: '{"format":2,"reason":"\x7f"}' },
    { ...record, etag: 'with a blank' },
    { ...record, kind: 'corrupt' as const },
  ]) {
    const write = { record: { ...wrong, etag: `${wrong.etag}x` }, expected: record.etag }
    const written = updateRecord(store, new Deadline(20_000), [record.key], () => ({
      write,
      onStored: () => null,
    }))
    await expect(written).rejects.toMatchObject({ code: 'TOKENWARD_INVALID_INPUT' })
  }
  expect([...records]).toEqual(before)
})

test('explain() and list() name the tombstone of a token that was never stored', async () => {
  const { tokens } = await instance({ repository: listingRepository() })
  await tokens.revoke({ jti: 'unknown' }, { reason: 'leaked' })
  const revoked = { active: false, reason: 'revoked', decidedBy: 'token' }
  const explanation = await tokens.explain({ jti: 'unknown' })
  expect(explanation).toMatchObject({ ...revoked, note: { reason: 'leaked' } })
  expect(explanation.checks).toMatchObject([{ scope: 'token', result: 'revoked', decisive: true }])
  expect((await tokens.list({ everything: true })).items).toMatchObject([revoked])
})

test('the tombstone of a token that was never stored is in the list of its issuer, with its name', async () => {
  const { tokens } = await sealing()
  await tokens.revoke({ jti: 'unknown' })
  const { items } = await tokens.list({ issuer: ISSUER })
  expect(items).toEqual([expect.objectContaining({ jti: 'unknown', reason: 'revoked' })])
})

test.each([
  ['everything', { everything: true }],
  ['a subject', { subject: 'ada' }],
  ['a token', { jti: 'a' }],
] as const)('the sealed note of a revocation of %s can be opened', async (_, target) => {
  const { tokens, records } = await sealing()
  const note = { reason: 'leaked' }
  await tokens.revoke(target, note)
  expect([...records.values()].some(({ body }) => body.includes('leaked'))).toBe(false)
  expect(await tokens.explain(target)).toMatchObject({ reason: 'revoked', note })
})

test('a sealed note is returned as it was given, though the reply was lost', async () => {
  const records = new Map<string, StoredRecord>()
  const repository = mapRepository(records, {
    write: async (writes) => {
      const stored = writes.map((write) => compareAndSet(records, write))
      if (writes.some(({ record }) => record.kind === 'token')) throw new Error('connection reset')
      return stored
    },
  })
  const { tokens } = await instance({ repository, sealing: generateSealingKey() })
  const note = { reason: 'leaked' }
  const revoked = { revoked: true, target: 'token', at: expect.any(Number) }
  expect(await tokens.revoke({ jti: 'a' }, note)).toEqual({ ...revoked, first: true, note })
  expect(recordOfKind(records, 'token').body).not.toContain('leaked')
  expect(await tokens.revoke({ jti: 'a' }, note)).toEqual({ ...revoked, first: false })
})

test('a presented refresh token revokes its session for as long as the session is stored', async () => {
  const { tokens, clock, records } = await sealing()
  const { refreshToken } = await tokens.issue(ADA)
  clock.now += MINUTE
  await tokens.revoke(refreshToken)
  const { retainUntil } = recordOfKind(records, 'session')
  expect(recordOfKind(records, 'cutoff').retainUntil).toBe(retainUntil)
})

test('cascade revokes an access token without a session by itself', async () => {
  const { tokens } = await instance()
  const single = { ...ADA, refresh: false } as const
  const [one, two] = [await tokens.issue(single), await tokens.issue(single)]
  expect(await tokens.revoke(one.accessToken, { cascade: true })).toMatchObject({ target: 'token' })
  expect(await tokens.verify(one.accessToken)).toMatchObject({ reason: 'revoked' })
  expect(await tokens.verify(two.accessToken)).toMatchObject({ active: true })
})
