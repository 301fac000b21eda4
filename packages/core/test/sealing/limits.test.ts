// Names and notes are kept where that is possible: they must never make a login, a rotation, a revocation
// or a list fail.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StoredRecord } from '../../src/adapter.ts'
import { generateSealingKey } from '../../src/index.ts'
import { ADA, instance } from '../instance.ts'
import { compareAndSet, listingRepository } from '../map-repository.ts'
import { invalid, optionOf, recordOfKind, sealing, silence, testKms } from './fixtures.ts'

let passedMs = 0
beforeEach(() => {
  passedMs = 0
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
})
afterEach(() => void vi.restoreAllMocks())

/** A store that refuses longer bodies, and counts the lists. */
function limited(maxBodyBytes: number) {
  const records = new Map<string, StoredRecord>()
  const inner = listingRepository(records)
  const repository = {
    ...inner,
    capabilities: { ...inner.capabilities, maxBodyBytes },
    write: async (writes: Parameters<typeof inner.write>[0]) => {
      if (writes.some(({ record }) => record.body.length > maxBodyBytes))
        throw new Error('the body is too long')
      return writes.map((write) => compareAndSet(records, write))
    },
  }
  return { records, repository }
}

const LONG = '\u0001'.repeat(1_024)

test.each([
  [4_096, 'ada', true, false],
  [4_096, LONG, false, false],
  [32_768, LONG, true, false],
  [65_536, LONG, true, true],
])(
  'names and notes in a store of %i bytes per record',
  async (bytes, subject, isNamed, isNoted) => {
    const { repository } = limited(bytes)
    const { tokens } = await instance({ repository, sealing: generateSealingKey() })
    const login = await tokens.issue({ subject, client: 'web' })
    const [item] = (await tokens.sessions({ subject })).items
    expect(item).toMatchObject({ active: true, ...(isNamed && { subject }) })
    expect(item && Object.hasOwn(item, 'subject')).toBe(isNamed)
    const note = { reason: LONG, actor: LONG }
    const revoked = await tokens.revoke({ subject }, { ...note, only: 'access' })
    expect(revoked).toMatchObject({ revoked: true, first: true, ...(isNoted && { note }) })
    expect(Object.hasOwn(revoked, 'note')).toBe(isNoted)
    expect(await tokens.revoke({ subject }, note)).toMatchObject({ revoked: true, first: true })
    expect(await tokens.verify(login.accessToken)).toMatchObject({ reason: 'revoked' })
  },
)

test('data that does not fit beside long names is refused', async () => {
  const { records, repository } = limited(32_768)
  const { tokens } = await instance({ repository, sealing: generateSealingKey() })
  const data = { d: 'x'.repeat(16_000) }
  const refused = tokens.issue({ subject: LONG, client: 'web', data })
  await expect(refused).rejects.toMatchObject(invalid('data'))
  expect([...records.values()].map(({ kind }) => kind)).toEqual(['root'])
})

test('a KMS that never answers leaves time for all pages of a list', async () => {
  const kms = testKms()
  const { tokens, another } = await sealing({ sealing: optionOf(kms) })
  for (let n = 0; n < 250; n++) await tokens.issue({ ...ADA, refresh: false })
  const other = await another({ sealing: optionOf(kms), deadline: '8s' })
  kms.failure = silence
  const { items } = await other.list({ subject: 'ada' }, { limit: 1_000 })
  expect(items).toHaveLength(250)
  expect(items[249]).toMatchObject({ active: true, unreadable: 'kms' })
})

test('an earlier KMS that never answers delays one rotation, and not each of them', async () => {
  const kms = testKms('old')
  const { tokens, another } = await sealing({ sealing: optionOf(kms) })
  const logins = [await tokens.issue(ADA), await tokens.issue(ADA), await tokens.issue(ADA)]
  const other = await another({
    sealing: [generateSealingKey(), optionOf(kms)],
    deadline: '8s',
  })
  kms.failure = silence
  kms.unwraps = 0
  for (const { refreshToken } of logins)
    expect(await other.rotate(refreshToken)).toMatchObject({ active: true })
  expect(kms.unwraps).toBe(1)
  passedMs += 10_000
  kms.failure = null
  const { session } = await tokens.issue({ ...ADA, label: 'Firefox' })
  expect(await other.data({ session })).toMatchObject({ label: 'Firefox' })
})

test('a store that fails while the key id is noted keeps no revocation from happening', async () => {
  const records = new Map<string, StoredRecord>()
  let failing = false
  const inner = listingRepository(records)
  const { tokens } = await instance({
    sealing: generateSealingKey(),
    deadline: '8s',
    repository: {
      ...inner,
      write: async (writes) => {
        if (failing && writes.some(({ record }) => record.kind === 'root')) throw new Error('away')
        return writes.map((write) => compareAndSet(records, write))
      },
    },
  })
  failing = true
  const revoked = await tokens.revoke({ subject: 'ada' }, { reason: 'lost phone' })
  expect(revoked).toMatchObject({ revoked: true, first: true })
  expect(revoked).not.toHaveProperty('note')
  const login = await tokens.issue({ ...ADA, subject: 'bob' })
  expect(await tokens.rotate(login.refreshToken)).toMatchObject({ active: true })
  failing = false
  await tokens.issue({ ...ADA, subject: 'eve' })
  expect((await tokens.sessions({ subject: 'eve' })).items).toMatchObject([{ subject: 'eve' }])
  expect(recordOfKind(records, 'root').body).toContain('sealingKeys')
})
