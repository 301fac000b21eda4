import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { answer, start } from './processes/protocol.ts'
import { database, etag, key, newFile, prepared, record, soon } from './support.ts'

test('several processes make the file at once, and each stores its record', async () => {
  const file = newFile()
  const records = [1, 2, 3, 4].map((n) => record(n))
  const makers = await Promise.all(records.map(() => start('maker.ts', file)))
  onTestFinished(() => {
    for (const maker of makers) maker.kill()
  })
  const answers = makers.map((maker) => answer<readonly boolean[]>(maker))
  for (const [n, maker] of makers.entries()) maker.send(records[n] ?? {})
  expect(await Promise.all(answers)).toEqual([[true], [true], [true], [true]])
  const repository = await prepared(file)
  expect(await repository.read([1, 2, 3, 4].map(key), soon())).toEqual(records)
})

describe('while another process holds the write lock', () => {
  async function held() {
    const file = newFile()
    const repository = await prepared(file)
    const holder = await start('holder.ts', file)
    onTestFinished(() => void holder.kill())
    const release = async () => {
      const released = answer(holder)
      holder.send('release')
      await released
    }
    return { repository, release, write: { record: record(1), expected: null } }
  }

  test('a write waits and the thread does not', async () => {
    const { repository, release, write } = await held()
    const written = repository.write([write], soon())
    // Only if timers go off meanwhile is the lock ever let go, and the write in time.
    for (let tick = 0; tick < 30; tick++) await pause(10)
    await release()
    expect(await written).toEqual([true])
  })

  test('a write gives up at its deadline and has stored nothing', async () => {
    const { repository, release, write } = await held()
    const signal = AbortSignal.timeout(300)
    const error = await repository.write([write], signal).catch((error) => error)
    expect(error).toBe(signal.reason)
    await release()
    expect(await repository.read([write.record.key], soon())).toEqual([null])
  })

  test('reads go on', async () => {
    const { repository } = await held()
    expect(await repository.read([key(1)], soon())).toEqual([null])
    expect(await repository.list(null, null, 9, soon())).toEqual([])
    expect(await repository.prune(Date.now(), 9, true, soon())).toBe(0)
  })

  test('a waiting write ends when the repository is closed', async () => {
    const { repository, write } = await held()
    const written = repository.write([write], soon()).catch((error) => error)
    await repository.close()
    expect(await written).toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })
})

test('what was aborted before it began does nothing', async () => {
  const repository = await prepared(newFile())
  const signal = AbortSignal.abort(new Error('too late'))
  const write = [{ record: record(1), expected: null }]
  await expect(repository.write(write, signal)).rejects.toBe(signal.reason)
  await expect(repository.read([key(1)], signal)).rejects.toBe(signal.reason)
  await expect(repository.list(null, null, 1, signal)).rejects.toBe(signal.reason)
  await expect(repository.prune(0, 1, false, signal)).rejects.toBe(signal.reason)
  expect(await repository.read([key(1)], soon())).toEqual([null])
})

// The first try is made within the call; so these have met the caller's work when it ends.
describe('on a handle that the caller is working with', () => {
  /** Something is revoked after the caller began to look; the answer is what we read meanwhile. */
  async function readBehind(look: (handle: DatabaseSync) => () => void) {
    const file = newFile()
    const handle = database(file)
    handle.exec('PRAGMA journal_mode = WAL')
    const [lent, other] = [await prepared(handle), await prepared(file)]
    const [active, revoked] = [record(1), record(1, { state: 'revoked' })]
    await other.write(
      [
        { record: active, expected: null },
        { record: record(2), expected: null },
      ],
      soon(),
    )
    const end = look(handle)
    await other.write([{ record: revoked, expected: active.etag }], soon())
    const read = lent.read([key(1)], soon())
    end()
    expect(await read).toEqual([revoked])
  }

  test('a read waits for the end of a transaction, to see the present', async () => {
    await readBehind((handle) => {
      handle.exec('BEGIN')
      handle.prepare('SELECT count(*) FROM tokenward_records').get()
      return () => handle.exec('COMMIT')
    })
  })

  test('a read waits for the end of an iterator, to see the present', async () => {
    await readBehind((handle) => {
      const rows = handle.prepare('SELECT key FROM tokenward_records').iterate()
      rows.next()
      return () => void rows.return?.()
    })
  })

  test('a write is not acknowledged within it, to be rolled back later', async () => {
    const handle = database(newFile())
    const repository = await prepared(handle)
    handle.exec('BEGIN')
    const written = repository.write([{ record: record(1), expected: null }], soon())
    handle.exec('ROLLBACK')
    expect(await written).toEqual([true])
    expect(await repository.read([key(1)], soon())).toMatchObject([{ key: key(1) }])
  })
})

test('a commit that meets a reader, where the journal lets none by, is repeated whole', async () => {
  const file = newFile()
  const [handle, reader] = [database(file), database(file)]
  handle.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA')
  const repository = await prepared(handle)
  const stands = record(1)
  await repository.write([{ record: stands, expected: null }], soon())

  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM tokenward_records').get()
  const written = repository.write(
    [
      { record: record(1), expected: etag() },
      { record: record(2), expected: null },
    ],
    soon(),
  )
  reader.exec('COMMIT')
  expect(await written).toEqual([false, true])
})
