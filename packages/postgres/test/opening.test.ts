import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { client, connect, key, listening, newDatabase, prepared, soon } from './support.ts'

afterEach(() => void vi.restoreAllMocks())

/** A server that accepts connections and never replies. */
async function silentServer() {
  const sockets: Socket[] = []
  const port = await listening((socket) => {
    sockets.push(socket.on('error', () => undefined).resume())
  })
  const url = `postgres://u:p@127.0.0.1:${port}/d`
  const reached = async (count: number) => {
    while (sockets.length < count) await pause(5)
  }
  const ended = () => {
    return Promise.all(sockets.map((each) => each.destroyed || once(each.resume(), 'close')))
  }
  return { url, sockets, reached, ended }
}

/** Time-outs of the adapter that fire when the test calls `fire`. */
function heldTimeouts() {
  const held: { readonly ms: number; fire(): void }[] = []
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController()
    held.push({ ms, fire: () => controller.abort(new DOMException('late', 'TimeoutError')) })
    return controller.signal
  })
  return held
}

describe('a server that never replies', () => {
  test('open() uses nearly all the time that core gives it, then reports what to check', async () => {
    const { url, reached, ended } = await silentServer()
    const held = heldTimeouts()
    const opening = connect(url).open()
    const refused = expect(opening).rejects.toMatchObject({
      message: expect.stringMatching(/no answer within 28 s: check the address/),
      cause: { name: 'TimeoutError' },
    })
    await reached(1)
    expect(held.map(({ ms }) => ms)).toEqual([28_000])
    for (const { fire } of held) fire()
    await refused
    await ended()
  })

  test('close() ends open() at once, and leaves no connection', async () => {
    const { url, reached, ended } = await silentServer()
    const repository = connect(url)
    const openings = [repository.open(), repository.open()]
    const closed = openings.map((opening) =>
      expect(opening).rejects.toMatchObject({ code: 'TOKENWARD_CLOSED' }),
    )
    await reached(1)
    await repository.close()
    await Promise.all([...closed, ended()])
  })

  test('close() in the same turn as open() leaves no connection', async () => {
    const { url, sockets, ended } = await silentServer()
    const repository = connect(url)
    const closed = expect(repository.open()).rejects.toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await Promise.all([closed, repository.close()])
    await ended()
    expect(sockets.length).toBeLessThan(2)
  })
})

describe('concurrent open()', () => {
  test('shares one attempt, and both can be repeated when it fails', async () => {
    const repository = await prepared(await newDatabase())
    await repository.close()
    const held = heldTimeouts()
    const failing = [repository.open(), repository.open()].map((opening) =>
      expect(opening).rejects.toThrow('no answer'),
    )
    while (held.length < 1) await pause(1)
    held[0]?.fire()
    await Promise.all(failing)
    expect(held).toHaveLength(1)
    vi.restoreAllMocks()
    expect(await Promise.all([repository.open(), repository.open()])).toEqual([[], []])
    expect(await repository.read([key(1)], soon())).toEqual([null])
  })

  test('close() between two of them ends only the first', async () => {
    const repository = await prepared(await newDatabase())
    await repository.close()
    const first = repository.open().catch((error) => error)
    const closing = repository.close()
    const second = repository.open()
    expect(await second).toEqual([])
    await closing
    expect(await first).toMatchObject({ code: 'TOKENWARD_CLOSED' })
    expect(await repository.read([key(1)], soon())).toEqual([null])
  })

  test('leaves nothing open after close()', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await Promise.all([repository.open(), repository.open()])
    await repository.close()
    const observer = await client(url)
    const count = `SELECT count(*)::integer AS n FROM pg_stat_activity
      WHERE application_name = 'tokenward' AND datname = current_database()`
    while ((await observer.query(count)).rows[0]?.n > 0) await pause(5)
  })
})

describe('an attempt to connect', () => {
  test('outlives the call that it was for, and serves the next call', async () => {
    const { url, sockets, reached } = await silentServer()
    const repository = connect(url)
    const opening = repository.open().catch((error) => error)
    await reached(1)
    const late = AbortSignal.abort(new Error('too late'))
    await expect(repository.read([key(1)], late)).rejects.toBe(late.reason)
    const soonLate = new AbortController()
    const read = expect(repository.read([key(1)], soonLate.signal)).rejects.toThrow('too late')
    await reached(2)
    soonLate.abort(new Error('too late'))
    await read
    const another = repository.read([key(1)], soon()).catch((error) => error)
    await reached(3)
    expect(sockets.map(({ closed }) => closed)).toEqual([false, false, false])
    await repository.close()
    expect(await another).toMatchObject({ code: 'TOKENWARD_CLOSED' })
    expect(await opening).toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })

  test('that takes too long is ended when its call gives up, and other calls try again', async () => {
    const { url, sockets, reached } = await silentServer()
    let instant = 1_000
    vi.spyOn(performance, 'now').mockImplementation(() => instant)
    const repository = connect(url)
    const opening = repository.open().catch((error) => error)
    await reached(1)
    instant += 3_000
    const giveUp = new AbortController()
    const read = expect(repository.read([key(1)], giveUp.signal)).rejects.toThrow('too late')
    await reached(2)
    giveUp.abort(new Error('too late'))
    await read
    ;(await sockets[0]?.closed) || (await once(sockets[0]?.resume() as Socket, 'close'))
    // open() has time left, and tries again; the other attempt is recent.
    await reached(3)
    expect(sockets[1]?.closed).toBe(false)
    await repository.close()
    expect(await opening).toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })
})
