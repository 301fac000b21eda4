import type { DatabaseSync } from 'node:sqlite'
import { createTokenward, generateKeys, prepare, type TokenwardOptions } from '@tokenward/core'
import { newestFirst, type StoredRecord } from '@tokenward/core/adapter'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/index.ts'
import { type Complete, database, etag, key, newFile, prepared, record, soon } from './support.ts'

/** A handle that ignores the checks of the table. */
function careless(file: string): DatabaseSync {
  const handle = database(file)
  handle.exec('PRAGMA ignore_check_constraints = ON')
  return handle
}

const CORRUPTIONS: Readonly<Record<string, string>> = {
  'groups that are not JSON': `groups = 'nonsense'`,
  'groups that are not a list': `groups = '{"a":1}'`,
  'groups that are not strings': `groups = '["g",{"a":1}]'`,
  'an unknown kind': `kind = 'session-of-later'`,
  'an unknown state': `state = 'lost'`,
  'a creation beyond 2^53': 'created_at = 9223372036854775807',
  'a creation before 1970': 'created_at = -1',
  'an instant beyond 2^53': 'expires_at = 9223372036854775807',
  'a retention beyond 2^53': 'retain_until = 9223372036854775807',
  'an etag with a blank': `etag = 'a b'`,
  'an etag that is empty': `etag = ''`,
  'an etag that is too long': `etag = '${'e'.repeat(65)}'`,
}

/** As core does, so each page begins after the record of the page before. */
async function pagesOfOne(repository: Complete, group: string | null): Promise<StoredRecord[]> {
  const listed: StoredRecord[] = []
  for (;;) {
    const page = await repository.list(group, listed.at(-1) ?? null, 1, soon())
    listed.push(...page)
    if (page.length === 0 || listed.length > 9) return listed
  }
}

describe.each(Object.entries(CORRUPTIONS))('a row with %s', (_, corruption) => {
  async function broken() {
    const file = newFile()
    const repository = await prepared(file)
    const all = [1, 2, 3].map((n) => record(n, { groups: ['g'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    careless(file).exec(`UPDATE tokenward_records SET ${corruption} WHERE key = '${key(2)}'`)
    return { file, repository, all }
  }

  test('is one corrupt record among valid ones, and its etag replaces it', async () => {
    const { repository, all } = await broken()
    const keys = [3, 2, 1].map(key)
    const read = await repository.read(keys, soon())
    expect(read).toEqual([
      all[2],
      expect.objectContaining({ kind: 'corrupt', key: key(2) }),
      all[0],
    ])
    const seen = read[1]?.etag ?? ''
    expect(seen).toMatch(/^[!-~]{1,64}$/)
    for (const group of [null, 'g']) {
      const listed = await pagesOfOne(repository, group)
      expect(listed).toEqual([...listed].sort(newestFirst))
      expect(listed.filter(({ kind }) => kind !== 'corrupt')).toEqual([all[0], all[2]])
      // A row whose groups cannot be read is in no list of a group.
      if (group === null || !corruption.startsWith('groups') || corruption.includes('["g"'))
        expect(listed.map(({ key }) => key).sort()).toEqual([1, 2, 3].map(key))
    }

    const replacement = record(2, { state: 'revoked', groups: ['g'] })
    const replace = (expected: string | null) =>
      repository.write([{ record: replacement, expected }], soon())
    expect(await replace(etag())).toEqual([false])
    expect(await replace(null)).toEqual([false])
    expect(await replace(seen)).toEqual([true])
    expect(await replace(seen)).toEqual([true])
    expect(await repository.read([key(2)], soon())).toEqual([replacement])
    expect(await repository.list('g', null, 9, soon())).toEqual([all[0], replacement, all[2]])
  })

  test('does not stop prune, and its key can be stored again', async () => {
    const { repository, all } = await broken()
    const end = Math.max(...all.map(({ retainUntil }) => retainUntil))
    const left = corruption.startsWith('retain_until') ? 1 : 0
    expect(await repository.prune(end, 9, false, soon())).toBe(3 - left)
    expect(await repository.list('g', null, 9, soon())).toHaveLength(left)
    const again = all.map((record) => ({ record, expected: null }))
    expect(await repository.write(again, soon())).toEqual([true, true, true])
  })
})

test('a record that replaces one with unreadable groups is listed once', async () => {
  const file = newFile()
  const repository = await prepared(file)
  const stored = record(1, { groups: ['g'] })
  await repository.write([{ record: stored, expected: null }], soon())
  careless(file).exec(`UPDATE tokenward_records SET groups = 'nonsense'`)
  // Core does not know the instant of a record that it cannot read.
  const replacement = record(1, { groups: ['g'], createdAt: Date.now() })
  expect(await repository.write([{ record: replacement, expected: stored.etag }], soon())).toEqual([
    true,
  ])
  expect(await pagesOfOne(repository, 'g')).toEqual([replacement])
})

test('a revocation replaces a corrupt record, and its user can log in again', async () => {
  const file = newFile()
  const options: TokenwardOptions = {
    issuer: 'https://api.example.com',
    keys: await generateKeys(),
    repository: sqlite(file),
    deadline: '60s',
  }
  await prepare(options)
  const tokens = await createTokenward(options)
  onTestFinished(() => tokens.close())
  const login = await tokens.issue({ subject: 'ada', client: 'web' })
  const other = await tokens.issue({ subject: 'bob', client: 'web' })
  await tokens.revoke({ subject: 'ada' })
  const edit = `UPDATE tokenward_records SET groups = 'nonsense', etag = '' WHERE kind = 'cutoff'`
  careless(file).exec(edit)

  const refused = await Promise.all(
    [login, other].map(({ accessToken }) => tokens.verify(accessToken)),
  )
  expect(refused).toMatchObject([{ active: false }, { active: true }])
  expect(await tokens.revoke({ subject: 'ada' })).toMatchObject({ revoked: true })
  expect(await tokens.verify(login.accessToken)).toMatchObject({ active: false, reason: 'revoked' })
  const again = await tokens.issue({ subject: 'ada', client: 'web' })
  expect(await tokens.verify(again.accessToken)).toMatchObject({ active: true })
})
