import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { client, connect, key, listening, newDatabase, prepared, soon } from './support.ts'

afterEach(() => void vi.restoreAllMocks())

/** A server that takes connections and never answers. */
async function silent() {
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

/** The time-outs of the adapter fire when the test says so. @returns what they were set to, ms */
function heldTimeouts() {
  const held: { readonly ms: number; fire(): void }[] = []
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController()
    held.push({ ms, fire: () => controller.abort(new DOMException('late', 'TimeoutError')) })
    return controller.signal
  })
  return held
}

describe('a server that says nothing', () => {
  test('open() uses nearly all the time that core gives it, then says what to look at', async () => {
    const { url, reached, ended } = await silent()
    const held = heldTimeouts()
    const opening = connect(url).open()
    const refused = expect(opening).rejects.toMatchObject({
      message: expect.stringMatching(/no answer within 28 s: look at the address/),
      cause: { name: 'TimeoutError' },
    })
    await reached(1)
    expect(held.map(({ ms }) => ms)).toEqual([28_000])
    for (const { fire } of held) fire()
    await refused
    await ended()
  })

  test('close() ends open() at once, and leaves no connection', async () => {
    const { url, reached, ended } = await silent()
    const repository = connect(url)
    const openings = [repository.open(), repository.open()]
    const closed = openings.map((opening) =>
      expect(opening).rejects.toMatchObject({ code: 'TOKENWARD_CLOSED' }),
    )
    await reached(2)
    await repository.close()
    await Promise.all([...closed, ended()])
  })

  test('close() in the very turn of open() leaves no connection', async () => {
    const { url, sockets, ended } = await silent()
    const repository = connect(url)
    const closed = expect(repository.open()).rejects.toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await Promise.all([closed, repository.close()])
    await ended()
    expect(sockets.length).toBeLessThan(2)
  })
})

describe('open() twice at once', () => {
  test('one that fails does not close what the other one opened', async () => {
    const repository = await prepared(await newDatabase())
    await repository.close()
    const held = heldTimeouts()
    const failing = expect(repository.open()).rejects.toThrow('no answer')
    while (held.length < 1) await pause(1)
    held[0]?.fire()
    const findings = repository.open()
    await failing
    expect(await findings).toEqual([])
    vi.restoreAllMocks()
    expect(await repository.read([key(1)], soon())).toEqual([null])
  })

  test('close() between two of them ends the first alone', async () => {
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
  test('outlives the call that it was for, and serves the next', async () => {
    const { url, sockets, reached } = await silent()
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

  test('that takes too long is ended for whoever gives up, and others try again', async () => {
    const { url, sockets, reached } = await silent()
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
    // Who opens has time, and tries again; the other attempt is young.
    await reached(3)
    expect(sockets[1]?.closed).toBe(false)
    await repository.close()
    expect(await opening).toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })
})
