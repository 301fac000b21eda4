import { existsSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { key, newFile, prepared, record, soon } from './support.ts'

const first = { record: record(1), expected: null }

function opened(file: string): Database.Database {
  if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600 })
  const handle = new Database(file, { timeout: 0 })
  handle.pragma('journal_mode = WAL')
  handle.pragma('synchronous = FULL')
  onTestFinished(() => void handle.close())
  return handle
}

test('a handle that returns integers as bigint is read as any other', async () => {
  const handle = opened(newFile())
  handle.defaultSafeIntegers()
  const repository = await prepared(handle)
  expect(await repository.open()).toEqual([])
  expect(await repository.write([first], soon())).toEqual([true])
  expect(await repository.read([key(1)], soon())).toEqual([first.record])
  expect(await repository.prune(first.record.retainUntil, 9, false, soon())).toBe(1)
})

test('in WAL mode the driver syncs less by default, which is found', async () => {
  const handle = new Database(newFile())
  onTestFinished(() => void handle.close())
  handle.pragma('journal_mode = WAL')
  const repository = await prepared(handle)
  const codes = (await repository.open()).map(({ code }) => code)
  expect(codes).toEqual(expect.arrayContaining(['fsync-off', 'busy-timeout-set']))
})

test.each<[string, (handle: Database.Database, file: string) => () => unknown]>([
  [
    'a transaction of the caller is open',
    (handle) => {
      handle.exec('BEGIN')
      return () => handle.exec('ROLLBACK')
    },
  ],
  [
    'an iterator of the caller is half-read',
    (handle) => {
      const rows = handle.prepare('SELECT * FROM app').iterate()
      rows.next()
      return () => rows.return?.()
    },
  ],
  [
    'another connection holds the lock',
    (_, file) => {
      // Not by node:sqlite: two copies of SQLite in one process do not see each other's locks.
      const other = opened(file)
      other.exec('BEGIN IMMEDIATE')
      return () => other.exec('ROLLBACK')
    },
  ],
])('a call waits while %s', async (_, occupy) => {
  const file = newFile()
  const handle = opened(file)
  handle.exec('CREATE TABLE app (id)')
  handle.exec('INSERT INTO app VALUES (1), (2)')
  const repository = await prepared(handle)
  const release = occupy(handle, file)
  await expect(repository.write([first], AbortSignal.timeout(50))).rejects.toMatchObject({
    name: 'TimeoutError',
  })
  const written = repository.write([first], soon())
  release()
  expect(await written).toEqual([true])
})

test('an error of the driver comes with help', async () => {
  const file = newFile()
  await (await prepared(opened(file))).close()
  const handle = new Database(file, { readonly: true })
  onTestFinished(() => void handle.close())
  const repository = await prepared(handle)
  await expect(repository.write([first], soon())).rejects.toMatchObject({
    message: expect.stringMatching(/cannot be written: give/),
  })
})
