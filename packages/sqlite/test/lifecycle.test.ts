import { existsSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
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

test('making one touches no file', () => {
  const file = newFile()
  sqlite(file)
  expect(existsSync(file)).toBe(false)
})

test('records outlive close() and open(), and what we opened is let go', async () => {
  const file = newFile()
  const repository = await prepared(file)
  const stored = record(1)
  await repository.write([{ record: stored, expected: null }], soon())
  // The last connection to a file takes its write-ahead log away.
  expect(existsSync(`${file}-wal`)).toBe(true)
  await repository.close()
  expect(existsSync(`${file}-wal`)).toBe(false)
  await repository.close()
  await repository.open()
  expect(await repository.read([stored.key], soon())).toEqual([stored])
})

test('open() again and at once opens no second connection', async () => {
  const file = newFile()
  const repository = sqlite(file)
  onTestFinished(() => repository.close())
  await Promise.all([repository.open(), repository.open()])
  await repository.open()
  await repository.close()
  expect(existsSync(`${file}-wal`)).toBe(false)
})

test('a handle that the caller lent works after close()', async () => {
  const handle = database(newFile())
  const repository = await prepared(handle)
  const stored = record(1)
  await repository.write([{ record: stored, expected: null }], soon())
  await repository.close()
  expect(handle.prepare('SELECT key, state, body FROM tokenward_records').all()).toEqual([
    { key: stored.key, state: stored.state, body: stored.body },
  ])
  await repository.open()
  expect(await repository.read([stored.key], soon())).toEqual([stored])
})
