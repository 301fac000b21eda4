import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../src/index.ts'
import { type Complete, database, key, newFile, prepared, record, soon } from './support.ts'

const calls: Record<string, (repository: Complete) => Promise<unknown>> = {
  read: (repository) => repository.read([key(1)], soon()),
  write: (repository) => repository.write([{ record: record(1), expected: null }], soon()),
  list: (repository) => repository.list(null, null, 10, soon()),
  prune: (repository) => repository.prune(Date.now(), 10, false, soon()),
  migrate: (repository) => repository.migrate(true),
}

describe.each(Object.entries(calls))('%s', (_, call) => {
  const closed = { code: 'TOKENWARD_CLOSED' }

  test('rejects before open() and after close()', async () => {
    const repository = sqlite(newFile()) as Complete
    await expect(call(repository)).rejects.toMatchObject(closed)
    await repository.open()
    await repository.migrate(false)
    await expect(call(repository)).resolves.toBeDefined()
    await repository.close()
    await expect(call(repository)).rejects.toMatchObject(closed)
  })
})

test('sqlite() touches no file', () => {
  const file = newFile()
  sqlite(file)
  expect(existsSync(file)).toBe(false)
})

test('close() closes the file, and open() finds the records again', async () => {
  const file = newFile()
  const repository = await prepared(file)
  const stored = record(1)
  await repository.write([{ record: stored, expected: null }], soon())
  // The last connection to a file deletes its write-ahead log.
  expect(existsSync(`${file}-wal`)).toBe(true)
  await repository.close()
  expect(existsSync(`${file}-wal`)).toBe(false)
  await repository.close()
  await Promise.all([repository.open(), repository.open()])
  expect(await repository.read([stored.key], soon())).toEqual([stored])
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
