import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { reply, start } from './processes/protocol.ts'
import { database, etag, key, newFile, prepared, record, soon } from './support.ts'

test('several processes create the file at once, and each stores its record', async () => {
  const file = newFile()
  const records = [1, 2, 3, 4].map((n) => record(n))
  const makers = await Promise.all(records.map(() => start('maker.ts', file)))
  onTestFinished(() => {
    for (const maker of makers) maker.kill()
  })
  const replys = makers.map((maker) => reply<readonly boolean[]>(maker))
  for (const [n, maker] of makers.entries()) maker.send(records[n] ?? {})
  expect(await Promise.all(replys)).toEqual([[true], [true], [true], [true]])
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
      const released = reply(holder)
      holder.send('release')
      await released
    }
    return { repository, release, write: { record: record(1), expected: null } }
  }

  test('a write waits without blocking the thread', async () => {
    const { repository, release, write } = await held()
    const written = repository.write([write], soon())
    // Only if timers fire meanwhile is the lock released, and the write in time.
    for (let tick = 0; tick < 30; tick++) await pause(10)
    await release()
    expect(await written).toEqual([true])
  })

  test('a write rejects at its deadline and has stored nothing', async () => {
    const { repository, release, write } = await held()
    const signal = AbortSignal.timeout(300)
    const error = await repository.write([write], signal).catch((error) => error)
    expect(error).toBe(signal.reason)
    await release()
    expect(await repository.read([write.record.key], soon())).toEqual([null])
  })

  test('reads do not wait', async () => {
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

// The first attempt is made within the call, so it collides with the caller's work.
describe('on a caller-owned handle that is in use', () => {
  /** Revokes a token after the caller began to read, and expects the adapter to read the revocation. */
  async function readBehind(look: (handle: DatabaseSync) => () => void) {
    const file = newFile()
    const handle = database(file)
    handle.exec('PRAGMA journal_mode = WAL')
    const [callerOwned, other] = [await prepared(handle), await prepared(file)]
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
    const read = callerOwned.read([key(1)], soon())
    end()
    expect(await read).toEqual([revoked])
  }

  test('a read waits for the end of a transaction, and does not see its snapshot', async () => {
    await readBehind((handle) => {
      handle.exec('BEGIN')
      handle.prepare('SELECT count(*) FROM tokenward_records').get()
      return () => handle.exec('COMMIT')
    })
  })

  test('a read waits for the end of an iterator, and does not see its snapshot', async () => {
    await readBehind((handle) => {
      const rows = handle.prepare('SELECT key FROM tokenward_records').iterate()
      rows.next()
      return () => void rows.return?.()
    })
  })

  test('a write is not acknowledged within a transaction that is rolled back later', async () => {
    const handle = database(newFile())
    const repository = await prepared(handle)
    handle.exec('BEGIN')
    const written = repository.write([{ record: record(1), expected: null }], soon())
    handle.exec('ROLLBACK')
    expect(await written).toEqual([true])
    expect(await repository.read([key(1)], soon())).toMatchObject([{ key: key(1) }])
  })
})

test('a commit that collides with a reader, outside WAL mode, is repeated whole', async () => {
  const file = newFile()
  const [handle, reader] = [database(file), database(file)]
  handle.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA')
  const repository = await prepared(handle)
  const stored = record(1)
  await repository.write([{ record: stored, expected: null }], soon())

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
