import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sqlite } from '../src/index.ts'
import { database, newFile, prepared, record, soon } from './support.ts'

test('sqlite() touches no file', () => {
  const file = newFile()
  sqlite(file)
  expect(existsSync(file)).toBe(false)
})

test('close() closes the file', async () => {
  const file = newFile()
  const repository = await prepared(file)
  await repository.write([{ record: record(1), expected: null }], soon())
  // The last connection to a file deletes its write-ahead log.
  expect(existsSync(`${file}-wal`)).toBe(true)
  await repository.close()
  expect(existsSync(`${file}-wal`)).toBe(false)
})

test('a caller-owned handle works after close()', async () => {
  const handle = database(newFile())
  const repository = await prepared(handle)
  const stored = record(1)
  await repository.write([{ record: stored, expected: null }], soon())
  await repository.close()
  expect(handle.prepare('SELECT key, state, body FROM tokenward_records').all()).toEqual([
    { key: stored.key, state: stored.state, body: stored.body },
  ])
  await Promise.all([repository.open(), repository.open()])
  expect(await repository.read([stored.key], soon())).toEqual([stored])
})
