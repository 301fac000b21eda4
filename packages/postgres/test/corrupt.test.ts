import { newestFirst, type StoredRecord } from '@tokenward/core/adapter'
import { describe, expect, test } from 'vitest'
import { type Complete, client, key, newDatabase, prepared, record, soon } from './support.ts'

/** Drops the constraints, as a careless restore may. */
const UNGUARD = `ALTER TABLE tokenward_records
  DROP CONSTRAINT tokenward_records_kind_check, DROP CONSTRAINT tokenward_records_state_check,
  ALTER kind DROP NOT NULL, ALTER state DROP NOT NULL, ALTER etag DROP NOT NULL,
  ALTER created_at DROP NOT NULL, ALTER expires_at DROP NOT NULL, ALTER retain_until DROP NOT NULL,
  ALTER groups DROP NOT NULL, ALTER body DROP NOT NULL`

const CORRUPTIONS = [
  `kind = 'cookie'`,
  `kind = 'corrupt'`,
  'kind = NULL',
  `state = 'dead'`,
  'state = NULL',
  'etag = NULL',
  `etag = ''`,
  `etag = 'with blank'`,
  `etag = E'line\\nend\\n'`,
  `etag = 'é'`,
  `etag = repeat('x', 65)`,
  'created_at = NULL',
  'created_at = 9223372036854775807',
  'created_at = -1',
  'expires_at = NULL',
  'expires_at = 9223372036854775807',
  'retain_until = NULL',
  'retain_until = -9223372036854775808',
  'groups = NULL',
  `groups = 'é'`,
  'body = NULL',
  `body = E'\\x7f'`,
  `body = 'é'`,
]

async function broken(corruption: string) {
  const url = await newDatabase()
  const repository = await prepared(url)
  const records = [1, 2, 3].map((n) => record(n, { groups: ['all'] }))
  const inserts = records.map((record) => ({ record, expected: null }))
  await repository.write(inserts, soon())
  const operator = await client(url)
  await operator.query(UNGUARD)
  await operator.query(`UPDATE tokenward_records SET ${corruption} WHERE key = '${key(2)}'`)
  const [first, , third] = records as [StoredRecord, StoredRecord, StoredRecord]
  const read = () => repository.read([key(1), key(2), key(3)], soon())
  return { url, repository, operator, first, third, read }
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

describe('a row that cannot be decoded', () => {
  test.each(CORRUPTIONS)(
    '%s: is one corrupt record among valid ones, and can be replaced',
    async (corruption) => {
      const { repository, first, third, read } = await broken(corruption)
      const [before, corrupt, after] = await read()
      expect([before, after]).toEqual([first, third])
      expect(corrupt).toMatchObject({ key: key(2), kind: 'corrupt' })
      const etag = corrupt?.etag ?? ''
      expect(etag).toMatch(/^[!-~]{1,64}$/)
      const listed = await pagesOfOne(repository, null)
      expect(listed).toEqual([...listed].sort(newestFirst))
      expect(listed.filter(({ kind }) => kind !== 'corrupt')).toEqual([first, third])
      expect(listed.map(({ key }) => key).sort()).toEqual([1, 2, 3].map(key))
      const inGroup = await pagesOfOne(repository, 'all')
      expect(inGroup.filter(({ kind }) => kind !== 'corrupt')).toEqual([first, third])

      const replacement = record(2, { state: 'revoked', groups: ['all', 'other'] })
      const write = (expected: string | null) =>
        repository.write([{ record: replacement, expected }], soon())
      expect(await write(null)).toEqual([false])
      expect(await write('another')).toEqual([false])
      expect(await write(etag)).toEqual([true])
      expect(await read()).toEqual([first, replacement, third])
    },
  )

  test('a row that has a group twice is listed once', async () => {
    const { repository, first, third } = await broken(`groups = 'x,all,,all'`)
    const listed = await repository.list('all', null, 9, soon())
    expect(listed.map(({ key }) => key)).toEqual([first.key, key(2), third.key])
  })

  test('a record that is corrupted again in between is another record', async () => {
    const { repository, operator, read } = await broken(`etag = 'é'`)
    const [, corrupt] = await read()
    await operator.query(`UPDATE tokenward_records SET etag = 'è' WHERE key = '${key(2)}'`)
    const write = { record: record(2), expected: corrupt?.etag ?? null }
    expect(await repository.write([write], soon())).toEqual([false])
  })

  test('does not break the view tokenward_overview', async () => {
    const { operator } = await broken('expires_at = -9223372036854775808')
    expect((await operator.query('SELECT * FROM tokenward_overview')).rowCount).toBe(3)
  })
})
