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
  poolWithoutListener,
  prepared,
  record,
  soon,
} from './support.ts'

/** A proxy between the adapter and the server that can hold replies back and release them later. */
async function holdingProxy(url: string) {
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
    letThrough: () => {
      const late = held ?? []
      held = null
      for (const answer of late) answer()
    },
  }
}

async function held() {
  const url = await newDatabase()
  const direct = await prepared(url)
  const line = await holdingProxy(url)
  const callerPool = pool(line.url, { max: 1 })
  const repository = connect(callerPool)
  await repository.open()
  await direct.write([{ record: record(1), expected: null }], soon())
  return { direct, callerPool, repository, ...line }
}

describe('a call that is aborted while its reply is outstanding', () => {
  test('rejects at once with the reason, and no later call gets the late reply', async () => {
    const { direct, repository, hold, letThrough, callerPool } = await held()
    hold()
    const controller = new AbortController()
    const read = repository.read([key(1)], controller.signal)
    await pause(50)
    const reason = new Error('too late')
    controller.abort(reason)
    await expect(read).rejects.toBe(reason)
    // The one place in the pool is free again, for a connection without an outstanding reply.
    expect(callerPool.idleCount).toBe(0)
    letThrough()
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
})

describe('an exhausted pool', () => {
  test('rejects when the signal fires, and works when a connection is free again', async () => {
    const url = await newDatabase()
    await prepared(url)
    const callerPool = pool(url, { max: 2 })
    const repository = connect(callerPool)
    await repository.open()
    const taken = [await callerPool.connect(), await callerPool.connect()]
    const signal = AbortSignal.timeout(100)
    const error = await repository.read([key(1)], signal).catch((error) => error)
    expect(error).toBe(signal.reason)
    for (const each of taken) each.release()
    expect(await repository.read([key(1)], soon())).toEqual([null])
    // The connection that the aborted call waited for is back in the pool.
    expect(callerPool.waitingCount).toBe(0)
    expect(callerPool.idleCount).toBe(callerPool.totalCount)
  })
})

describe('connections that the server ends', () => {
  const END =
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()'

  test('an idle one disturbs no call, and the next call gets another', async () => {
    const url = await newDatabase()
    const callerPool = pool(url)
    const repository = await prepared(callerPool)
    const operator = await client(url)
    for (let round = 0; round < 3; round++) {
      await operator.query(END, [new URL(url).pathname.slice(1)])
      while (callerPool.totalCount > 0) await pause(5)
      expect(await repository.read([key(1)], soon())).toEqual([null])
    }
  })

  test('a busy one rejects only its own call', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    const [operator, rival] = [await client(url), await client(url)]
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], soon())
    await rival.query('BEGIN')
    await rival.query('SELECT FROM tokenward_records FOR UPDATE')
    const written = repository.write([{ record: record(1), expected: stored.etag }], soon())
    const busy = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`
    const rejected = expect(written).rejects.toBeInstanceOf(Error)
    while ((await operator.query(busy)).rowCount === 0) await pause(5)
    await rejected
    expect(await repository.read([key(1)], soon())).toEqual([stored])
  })
})

describe('a caller-owned pool', () => {
  test('is open and has its own listeners after close()', async () => {
    const url = await newDatabase()
    const callerPool = pool(url)
    const before = callerPool.eventNames().map((name) => [name, callerPool.listeners(name)])
    const repository = await prepared(callerPool)
    const stop = await repository.watch(() => undefined)
    await repository.write([{ record: record(1), expected: null }], soon())
    await stop()
    await repository.close()
    expect(callerPool.eventNames().map((name) => [name, callerPool.listeners(name)])).toEqual(
      before,
    )
    expect((await callerPool.query('SELECT key FROM tokenward_records')).rows).toEqual([
      { key: key(1) },
    ])
    const leased = await callerPool.connect()
    expect(leased.listenerCount('error')).toBe(0)
    leased.release()
  })

  test('needs no listener for errors while the repository is open', async () => {
    const url = await newDatabase()
    await prepared(url)
    const callerPool = poolWithoutListener(url)
    const repository = connect(callerPool)
    await repository.open()
    expect(callerPool.listenerCount('error')).toBe(1)
    await repository.close()
    expect(callerPool.listenerCount('error')).toBe(0)
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
