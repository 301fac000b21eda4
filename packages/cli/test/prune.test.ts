import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { type Project, project, STORE } from './support/project.ts'

/** A prepared store with `count` records that are due. */
async function storeWith(count: number): Promise<Project> {
  const it = await project()
  await it.run(['migrate', ...STORE])
  const database = new DatabaseSync(it.path('tokens.db'))
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO tokenward_records
      (namespace, key, kind, state, etag, created_at, expires_at, retain_until, groups, body)
    SELECT 'default', printf('%024x', i), 'token', 'active', 'e' || i, 1, 1, 1, '["g"]', '{}' FROM n`)
  database.close()
  return it
}

describe('prune', () => {
  test('deletes all records that are due', async () => {
    const it = await storeWith(12_345)
    const counted = await it.run(['prune', ...STORE, '--dry-run'])
    expect(counted).toMatchObject({ exitCode: 0, out: 'would delete 12345\n', err: '' })
    const pruned = await it.run(['prune', ...STORE, '--json'])
    expect(pruned.json).toEqual({ dryRun: false, deleted: 12_345, more: false })
    expect((await it.run(['prune', ...STORE])).out).toBe('deleted 0\n')
  })

  test('deletes no more than the limit', async () => {
    const it = await storeWith(1_500)
    const run = await it.run(['prune', ...STORE, '--limit', '1200'])
    expect(run.out).toBe('deleted 1200 (limit reached; there may be more)\n')
    expect((await it.run(['prune', ...STORE, '--dry-run', '--json'])).json).toMatchObject({
      deleted: 300,
    })
  })
})
