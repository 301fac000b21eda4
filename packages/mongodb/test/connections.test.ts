import { FaultProxy, HOUR } from '@tokenward/conformance/harness'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Document } from '../src/index.ts'
import { withFakeReplies } from './fake-replies.ts'
import { client, connect, deadline, key, newDatabase, prepared, record } from './support.ts'

/** A repository on a caller-owned client behind a proxy that can disturb its connections. */
async function disturbed(maxPoolSize = 100) {
  const url = new URL(await newDatabase())
  const direct = await prepared(url.href)
  const proxy = await FaultProxy.start({ host: url.hostname, port: Number(url.port) })
  onTestFinished(() => proxy.close())
  url.host = `${proxy.address.host}:${proxy.address.port}`
  const callerClient = client(url.href, { maxPoolSize })
  const repository = connect(callerClient)
  await repository.open()
  return { direct, callerClient, proxy, repository }
}

describe('a call that is aborted before its reply', () => {
  test('rejects at once with the reason, and the late reply is dropped', async () => {
    const { direct, repository, proxy } = await disturbed(1)
    await direct.write([{ record: record(1), expected: null }], deadline())
    await proxy.set({ type: 'held-reply' })
    const controller = new AbortController()
    const read = repository.read([key(1)], controller.signal)
    await proxy.until(({ heldBack }) => heldBack > 0, deadline())
    const reason = new Error('too late')
    controller.abort(reason)
    await expect(read).rejects.toBe(reason)
    await proxy.heal()
    const other = record(2)
    await direct.write([{ record: other, expected: null }], deadline())
    expect(await repository.read([key(2)], deadline())).toEqual([other])
  })

  test('rejects when the repository is closed, and leaves a caller-owned client open', async () => {
    const { callerClient, repository, proxy } = await disturbed()
    await proxy.set({ type: 'held-reply' })
    const read = repository.read([key(1)], deadline()).catch((error) => error)
    await proxy.until(({ heldBack }) => heldBack > 0, deadline())
    await repository.close()
    expect(await read).toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await proxy.heal()
    expect(await callerClient.db().command({ ping: 1 })).toMatchObject({ ok: 1 })
  })
})

test('a call that waits for the pool rejects at its signal, and the pool works again afterwards', async () => {
  const { repository, proxy } = await disturbed(1)
  await proxy.set({ type: 'held-reply' })
  const first = repository.read([key(1)], deadline())
  await proxy.until(({ heldBack }) => heldBack > 0, deadline())
  const signal = AbortSignal.timeout(100)
  expect(await repository.read([key(1)], signal).catch((error) => error)).toBe(signal.reason)
  await proxy.heal()
  expect(await first).toEqual([null])
  expect(await repository.read([key(1)], deadline())).toEqual([null])
})

test('the first query that fails aborts the other queries of a read', async () => {
  const url = await newDatabase()
  await prepared(url)
  let ended = 0
  const stalling = withFakeReplies(client(url), {})
  const repository = connect({
    ...stalling,
    db: (name) => ({
      ...stalling.db(name),
      command(command: Document, { signal, ...options }) {
        const filter = JSON.stringify(command['filter'])
        if (filter?.includes(key(1))) return Promise.reject(new Error('one query failed'))
        if (!filter?.includes(key(2))) {
          return stalling.db(name).command(command, { ...options, signal })
        }
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error(`ended ${++ended}`)))
        })
      },
    }),
  })
  await repository.open()
  await expect(repository.read([key(2), key(1)], deadline())).rejects.toThrow('one query failed')
  expect(ended).toBe(1)
})

describe('the commands', () => {
  async function recorded(options?: Parameters<typeof connect>[1]) {
    const url = await newDatabase()
    await prepared(url)
    const sent: Document[] = []
    // None of these options of a client may have an effect on the store.
    const unsafe = client(url, {
      readPreference: 'secondaryPreferred',
      readConcern: { level: 'local' },
      writeConcern: { w: 1, journal: false },
      retryWrites: true,
      promoteValues: false,
    })
    const repository = connect(withFakeReplies(unsafe, {}, sent), options)
    await repository.open()
    sent.length = 0
    return { repository, sent }
  }

  test('every write waits for the journals of a majority, whatever the options of the client', async () => {
    const { repository, sent } = await recorded()
    const first = record(1)
    await repository.write([{ record: first, expected: null }], deadline())
    await repository.write([{ record: record(1), expected: first.etag }], deadline())
    await repository.prune(Date.now() + HOUR, 9, false, deadline())
    const writes = sent.filter((command) => !('find' in command))
    expect(writes.map((command) => Object.keys(command)[0])).toEqual([
      'bulkWrite',
      'bulkWrite',
      'delete',
    ])
    for (const { writeConcern } of writes) {
      expect(writeConcern).toMatchObject({ w: 'majority', j: true })
    }
  })

  test('majority reads send one query for all keys', async () => {
    const { repository, sent } = await recorded({ readConcern: 'majority' })
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], deadline())
    sent.length = 0
    expect(await repository.read([key(2), key(1)], deadline())).toEqual([null, stored])
    expect(sent.map(({ readConcern }) => readConcern)).toEqual([{ level: 'majority' }])
  })

  test('linearizable reads send one query for each key, by its _id alone', async () => {
    const { repository, sent } = await recorded()
    await repository.read([key(2), key(1)], deadline())
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

  test('every command goes to the primary, whatever the read preference of the client', async () => {
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
    await repository.read([key(1)], deadline())
    await repository.write([{ record: record(1), expected: null }], deadline())
    await repository.list(null, null, 9, deadline())
    expect([...preferences]).toEqual(['primary'])
  })
})

test('a caller-owned client is open after close(), with its own listeners alone', async () => {
  const url = await newDatabase()
  const callerClient = client(url)
  const listeners = () =>
    callerClient.eventNames().map((name) => [name, callerClient.listeners(name)])
  const before = listeners()
  const repository = await prepared(callerClient)
  const stop = await repository.watch(() => undefined)
  await repository.write([{ record: record(1), expected: null }], deadline())
  await stop()
  await repository.close()
  expect(listeners()).toEqual(before)
  expect(await callerClient.db().collection('tokenward_records').countDocuments()).toBe(2)
})
