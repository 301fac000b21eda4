import { FaultProxy } from '@tokenward/conformance/harness'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Document } from '../src/index.ts'
import { disguised } from './disguised.ts'
import { client, connect, key, newDatabase, prepared, record, soon } from './support.ts'

/** A client of the caller whose way to the server can be disturbed. */
async function disturbed(maxPoolSize = 100) {
  const url = new URL(await newDatabase())
  const direct = await prepared(url.href)
  const proxy = await FaultProxy.start({ host: url.hostname, port: Number(url.port) })
  onTestFinished(() => proxy.close())
  url.host = `${proxy.address.host}:${proxy.address.port}`
  const lent = client(url.href, { maxPoolSize })
  const repository = connect(lent)
  await repository.open()
  return { direct, lent, proxy, repository }
}

describe('a call that is aborted while its answer is outstanding', () => {
  test('rejects at once with the reason, and the late answer reaches nobody', async () => {
    const { direct, repository, proxy } = await disturbed(1)
    await direct.write([{ record: record(1), expected: null }], soon())
    await proxy.set({ type: 'held-reply' })
    const controller = new AbortController()
    const read = repository.read([key(1)], controller.signal)
    await proxy.until(({ heldBack }) => heldBack > 0, soon())
    const reason = new Error('too late')
    controller.abort(reason)
    await expect(read).rejects.toBe(reason)
    await proxy.heal()
    const other = record(2)
    await direct.write([{ record: other, expected: null }], soon())
    expect(await repository.read([key(2)], soon())).toEqual([other])
  })

  test('ends when the repository is closed, on a client that lives on', async () => {
    const { lent, repository, proxy } = await disturbed()
    await proxy.set({ type: 'held-reply' })
    const read = repository.read([key(1)], soon()).catch((error) => error)
    await proxy.until(({ heldBack }) => heldBack > 0, soon())
    await repository.close()
    expect(await read).toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await proxy.heal()
    expect(await lent.db().command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  test('leaves no listener on its signal, whatever became of it', async () => {
    const { repository, proxy } = await disturbed()
    const { signal, abort, listening } = watched()
    await repository.read([key(1)], signal)
    await repository.list(null, null, 1, signal)
    await repository.write([{ record: record(1), expected: null }], signal)
    expect(listening()).toBe(0)
    await proxy.set({ type: 'black-hole' })
    const read = repository.read([key(1)], signal)
    abort()
    await expect(read).rejects.toBeDefined()
    expect(listening()).toBe(0)
  })
})

function watched() {
  const controller = new AbortController()
  const { signal } = controller
  let count = 0
  const [add, remove] = [signal.addEventListener, signal.removeEventListener]
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count++
    add.apply(signal, args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count--
    remove.apply(signal, args)
  }
  return { signal, abort: () => controller.abort(), listening: () => count }
}

test('a pool that is exhausted rejects at the signal, and works when there is room again', async () => {
  const { repository, proxy } = await disturbed(1)
  await proxy.set({ type: 'held-reply' })
  const taken = repository.read([key(1)], soon())
  await proxy.until(({ heldBack }) => heldBack > 0, soon())
  const signal = AbortSignal.timeout(100)
  expect(await repository.read([key(1)], signal).catch((error) => error)).toBe(signal.reason)
  await proxy.heal()
  expect(await taken).toEqual([null])
  expect(await repository.read([key(1)], soon())).toEqual([null])
})

test('of several questions the first that fails ends the others', async () => {
  const url = await newDatabase()
  await prepared(url)
  let ended = 0
  const stalling = disguised(client(url), {})
  const repository = connect(
    {
      ...stalling,
      db: (name) => ({
        ...stalling.db(name),
        command(command: Document, { signal, ...options }) {
          const asked = JSON.stringify(command['filter'])
          if (asked?.includes(key(1))) return Promise.reject(new Error('one of them'))
          if (!asked?.includes(key(2))) {
            return stalling.db(name).command(command, { ...options, signal })
          }
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error(`ended ${++ended}`)))
          })
        },
      }),
    },
    { readConcern: 'linearizable' },
  )
  await repository.open()
  await expect(repository.read([key(2), key(1)], soon())).rejects.toThrow('one of them')
  expect(ended).toBe(1)
})

describe('what is sent', () => {
  async function recorded(options?: Parameters<typeof connect>[1]) {
    const url = await newDatabase()
    await prepared(url)
    const sent: Document[] = []
    // As hostile a client as there is: none of it may reach the store.
    const hostile = client(url, {
      readPreference: 'secondaryPreferred',
      readConcern: { level: 'local' },
      writeConcern: { w: 1, journal: false },
      retryWrites: true,
      promoteValues: false,
    })
    const repository = connect(disguised(hostile, {}, sent), options)
    await repository.open()
    sent.length = 0
    return { repository, sent }
  }

  test('every write waits for the journals of a majority, whatever the client says', async () => {
    const { repository, sent } = await recorded()
    const first = record(1)
    await repository.write([{ record: first, expected: null }], soon())
    await repository.write([{ record: record(1), expected: first.etag }], soon())
    await repository.prune(Date.now() + 600_000, 9, false, soon())
    const writes = sent.filter((command) => !('find' in command))
    expect(writes.map((command) => Object.keys(command)[0])).toEqual([
      ...['bulkWrite', 'bulkWrite', 'delete'],
    ])
    for (const { writeConcern } of writes) {
      expect(writeConcern).toMatchObject({ w: 'majority', j: true })
    }
  })

  test('majority: one query for all keys', async () => {
    const { repository, sent } = await recorded()
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], soon())
    sent.length = 0
    expect(await repository.read([key(2), key(1)], soon())).toEqual([null, stored])
    expect(sent.map(({ readConcern }) => readConcern)).toEqual([{ level: 'majority' }])
  })

  test('linearizable: one query for each key, by its _id alone', async () => {
    const { repository, sent } = await recorded({ readConcern: 'linearizable' })
    await repository.read([key(2), key(1)], soon())
    const levels = sent.map(({ filter, readConcern, maxTimeMS }) => [
      filter._id,
      readConcern.level,
      maxTimeMS,
    ])
    expect(levels).toEqual([
      ['schema', 'majority', 60_000],
      [`7:default:${key(2)}`, 'linearizable', 60_000],
      [`7:default:${key(1)}`, 'linearizable', 60_000],
    ])
  })

  test('always to the primary, whatever the client prefers', async () => {
    const url = await newDatabase()
    await prepared(url)
    const preferences = new Set<unknown>()
    const real = client(url, { readPreference: 'secondary' })
    const repository = connect({
      db: (name) => ({
        databaseName: real.db(name).databaseName,
        command: (command, options) => {
          preferences.add(options.readPreference)
          return real.db(name).command(command, options)
        },
        collection: (collection) => real.db(name).collection(collection),
      }),
    })
    await repository.open()
    await repository.read([key(1)], soon())
    await repository.write([{ record: record(1), expected: null }], soon())
    await repository.list(null, null, 9, soon())
    expect([...preferences]).toEqual(['primary'])
  })
})

test('a client of the caller has the listeners that it had, and lives, after close()', async () => {
  const url = await newDatabase()
  const lent = client(url)
  const listeners = () => lent.eventNames().map((name) => [name, lent.listeners(name)])
  const before = listeners()
  const repository = await prepared(lent)
  const stop = await repository.watch(() => undefined)
  await repository.write([{ record: record(1), expected: null }], soon())
  await stop()
  await repository.close()
  expect(listeners()).toEqual(before)
  expect(await lent.db().collection('tokenward_records').countDocuments()).toBe(2)
})
