import { mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/index.ts'
import { database, key, newFile, prepared, record, soon } from './support.ts'

/** What to do in the message, and the error of SQLite as its cause. */
function withHelp(help: RegExp, cause: RegExp) {
  return {
    message: expect.stringMatching(help),
    cause: expect.objectContaining({ message: expect.stringMatching(cause) }),
  }
}

test('a full disk: write() rejects, and stores nothing of the batch', async () => {
  const handle = database(newFile())
  const repository = await prepared(handle)
  await repository.write([{ record: record(1), expected: null }], soon())
  const { page_count: pages } = handle.prepare('PRAGMA page_count').get() as { page_count: number }
  handle.exec(`PRAGMA max_page_count = ${pages}`)

  const large = record(3, { body: 'x'.repeat(100_000) })
  const batch = [record(2), large].map((record) => ({ record, expected: null }))
  await expect(repository.write(batch, soon())).rejects.toMatchObject(
    withHelp(/disk is full: free some space/, /full/),
  )
  const keys = [key(1), key(2), key(3)]
  expect(await repository.read(keys, soon())).toMatchObject([{ key: key(1) }, null, null])

  handle.exec('PRAGMA max_page_count = 1000000')
  expect(await repository.write(batch, soon())).toEqual([true, true])
})

test('a file that cannot be written can be read', async () => {
  const file = newFile()
  const stored = record(1)
  await (await prepared(file)).write([{ record: stored, expected: null }], soon())
  const handle = new DatabaseSync(file, { readOnly: true })
  onTestFinished(() => handle.close())
  const repository = sqlite(handle)
  await repository.open()
  expect(await repository.read([stored.key], soon())).toEqual([stored])
  await expect(
    repository.write([{ record: record(2), expected: null }], soon()),
  ).rejects.toMatchObject(withHelp(/cannot be written: give/, /readonly/))
})

test('a missing folder: open() rejects, and works once the folder exists', async () => {
  const file = `${dirname(newFile())}/missing/tokens.db`
  const repository = sqlite(file)
  onTestFinished(() => repository.close())
  await expect(repository.open()).rejects.toMatchObject(
    withHelp(/make its folder/, /unable to open/),
  )
  mkdirSync(dirname(file))
  expect(await repository.open()).toEqual([])
})

test('a file that is not a database: open() rejects, and does not change it', async () => {
  const file = newFile()
  writeFileSync(file, 'Dear diary, '.repeat(1_000))
  const repository = sqlite(file)
  await expect(repository.open()).rejects.toMatchObject(
    withHelp(/not a SQLite database/, /not a database/),
  )
  // It does not stay open.
  const closed = { code: 'TOKENWARD_CLOSED' }
  await expect(repository.read([key(1)], soon())).rejects.toMatchObject(closed)
  expect(readFileSync(file, 'utf8')).toBe('Dear diary, '.repeat(1_000))
})

test('a corrupt file rejects, and never reads as empty', async () => {
  const file = newFile()
  const first = await prepared(file)
  const batch = Array.from({ length: 200 }, (_, n) => ({ record: record(n), expected: null }))
  await first.write(batch, soon())
  await first.close()

  const { length } = readFileSync(file)
  const noise = Buffer.alloc(length - 4096, 0xa5)
  writeSync(openSync(file, 'r+'), noise, 0, noise.length, 4096)
  const repository = sqlite(file)
  onTestFinished(() => repository.close())
  await repository.open()
  await expect(repository.read([key(1)], soon())).rejects.toMatchObject(
    withHelp(/corrupt: restore it/, /malformed/),
  )
})
