import { connect as dial, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  client,
  connect,
  key,
  listening,
  newDatabase,
  pool,
  prepared,
  record,
  soon,
  unheardPool,
} from './support.ts'

/** Between the adapter and the server: answers can be held back, and let go later. */
async function holdable(url: string) {
  let held: (() => void)[] | null = null
  const sockets = new Set<Socket>()
  const { hostname, port } = new URL(url)
  const here = await listening((near) => {
    const far = dial(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => [near, far].forEach((each) => void each.destroy()))
    }
    near.on('data', (data) => far.write(data))
    far.on('data', (data) => (held ? held.push(() => near.write(data)) : near.write(data)))
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  const through = new URL(url)
  through.host = `127.0.0.1:${here}`
  return {
    url: through.href,
    hold: () => {
      held = []
    },
    letGo: () => {
      const late = held ?? []
      held = null
      for (const answer of late) answer()
    },
  }
}

async function held() {
  const url = await newDatabase()
  const direct = await prepared(url)
  const line = await holdable(url)
  const lent = pool(line.url, { max: 1 })
  const repository = connect(lent)
  await repository.open()
  await direct.write([{ record: record(1), expected: null }], soon())
  return { direct, lent, repository, ...line }
}

describe('a call that is aborted while its answer is outstanding', () => {
  test('rejects at once with the reason, and the late answer reaches nobody', async () => {
    const { direct, repository, hold, letGo, lent } = await held()
    hold()
    const controller = new AbortController()
    const read = repository.read([key(1)], controller.signal)
    await pause(50)
    const reason = new Error('too late')
    controller.abort(reason)
    await expect(read).rejects.toBe(reason)
    // The one place in the pool is free again, for a connection that owes nobody an answer.
    expect(lent.idleCount).toBe(0)
    letGo()
    const other = record(2)
    await direct.write([{ record: other, expected: null }], soon())
    expect(await repository.read([key(2)], soon())).toEqual([other])
  })

  test('ends when the repository is closed', async () => {
    const { repository, hold } = await held()
    hold()
    const read = repository.read([key(1)], soon()).catch((error) => error)
    await pause(50)
    await repository.close()
    expect(await read).toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })

  test('leaves no listener on its signal, whatever became of it', async () => {
    const { repository, hold } = await held()
    const { signal, abort, listening } = watched()
    await repository.read([key(1)], signal)
    expect(listening()).toBe(0)
    hold()
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

describe('a pool that is exhausted', () => {
  test('rejects at the signal, and works when there is room again', async () => {
    const url = await newDatabase()
    await prepared(url)
    const lent = pool(url, { max: 2 })
    const repository = connect(lent)
    await repository.open()
    const taken = [await lent.connect(), await lent.connect()]
    const signal = AbortSignal.timeout(100)
    const error = await repository.read([key(1)], signal).catch((error) => error)
    expect(error).toBe(signal.reason)
    for (const each of taken) each.release()
    expect(await repository.read([key(1)], soon())).toEqual([null])
    // What the call that left had asked for came back whole.
    expect(lent.waitingCount).toBe(0)
    expect(lent.idleCount).toBe(lent.totalCount)
  })
})

describe('connections that the server ends', () => {
  const END =
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()'

  test('idle ones end nothing, and the next call has another', async () => {
    const url = await newDatabase()
    const lent = pool(url)
    const repository = await prepared(lent)
    const operator = await client(url)
    for (let round = 0; round < 3; round++) {
      await operator.query(END, [new URL(url).pathname.slice(1)])
      while (lent.totalCount > 0) await pause(5)
      expect(await repository.read([key(1)], soon())).toEqual([null])
    }
  })

  test('a busy one rejects its call alone', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    const [operator, rival] = [await client(url), await client(url)]
    const standing = record(1)
    await repository.write([{ record: standing, expected: null }], soon())
    await rival.query('BEGIN')
    await rival.query('SELECT FROM tokenward_records FOR UPDATE')
    const written = repository.write([{ record: record(1), expected: standing.etag }], soon())
    const busy = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`
    const rejected = expect(written).rejects.toBeInstanceOf(Error)
    while ((await operator.query(busy)).rowCount === 0) await pause(5)
    await rejected
    expect(await repository.read([key(1)], soon())).toEqual([standing])
  })
})

describe('a pool of the caller', () => {
  test('has the listeners that it had, and lives, after close()', async () => {
    const url = await newDatabase()
    const lent = pool(url)
    const before = lent.eventNames().map((name) => [name, lent.listeners(name)])
    const repository = await prepared(lent)
    const stop = await repository.watch(() => undefined)
    await repository.write([{ record: record(1), expected: null }], soon())
    await stop()
    await repository.close()
    expect(lent.eventNames().map((name) => [name, lent.listeners(name)])).toEqual(before)
    expect((await lent.query('SELECT key FROM tokenward_records')).rows).toEqual([{ key: key(1) }])
    const borrowed = await lent.connect()
    expect(borrowed.listenerCount('error')).toBe(0)
    borrowed.release()
  })

  test('needs no listener for errors while the repository is open', async () => {
    const url = await newDatabase()
    await prepared(url)
    const lent = unheardPool(url)
    const repository = connect(lent)
    await repository.open()
    expect(lent.listenerCount('error')).toBe(1)
    await repository.close()
    expect(lent.listenerCount('error')).toBe(0)
  })
})

test('a URL opens as many connections as are needed, and close() ends them', async () => {
  const url = await newDatabase()
  const repository = await prepared(url)
  const observer = await client(url)
  await Promise.all([1, 2, 3].map((n) => repository.read([key(n)], soon())))
  const ours = `SELECT count(*)::integer AS n FROM pg_stat_activity
    WHERE application_name = 'tokenward' AND datname = current_database()`
  const count = async () => (await observer.query(ours)).rows[0]?.n
  expect(await count()).toBeGreaterThan(0)
  await repository.close()
  while ((await count()) > 0) await pause(5)
})
