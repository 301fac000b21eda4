import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { asUser, client, connect, disturbed, key, prepared, record, soon } from './support.ts'

describe('a call that is aborted while its answer is outstanding', () => {
  test('rejects at once with the reason, and the late answer reaches nobody', async () => {
    const { proxy, direct, repository } = await disturbed()
    await direct.write([{ record: record(1), expected: null }], soon())
    await proxy.set({ type: 'held-reply' })
    const controller = new AbortController()
    const read = repository.read([key(1)], controller.signal)
    await proxy.until(({ heldBack }) => heldBack > 0, soon())
    const reason = new Error('too late')
    controller.abort(reason)
    await expect(read).rejects.toBe(reason)
    const next = repository.read([key(2)], soon())
    await proxy.heal()
    expect(await next).toEqual([null])
  })

  test('ends when the repository is closed', async () => {
    const { proxy, repository } = await disturbed()
    await proxy.set({ type: 'held-reply' })
    const read = repository.read([key(1)], soon()).catch((error) => error)
    await proxy.until(({ heldBack }) => heldBack > 0, soon())
    await repository.close()
    expect(await read).toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })

  test('leaves no listener on its signal, whatever became of it', async () => {
    const { proxy, repository } = await disturbed()
    const { signal, abort, listening } = listened()
    await repository.read([key(1)], signal)
    expect(listening()).toBe(0)
    await proxy.set({ type: 'held-reply' })
    const read = repository.read([key(1)], signal)
    abort()
    await expect(read).rejects.toBeDefined()
    expect(listening()).toBe(0)
  })
})

function listened() {
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

describe('the driver', () => {
  test('repeats nothing when a reply is lost', async () => {
    const { proxy, direct, repository } = await disturbed()
    const first = record(1)
    await repository.write([{ record: first, expected: null }], soon())
    await proxy.set({ type: 'reset-after-send', times: 1 })
    const write = repository.write([{ record: record(1), expected: first.etag }], soon())
    await expect(write).rejects.toBeInstanceOf(Error)
    // The next one is not served by something older that is still in a queue.
    expect(await repository.read([key(1)], soon())).toEqual(await direct.read([key(1)], soon()))
    const again = record(1)
    const [standing] = await direct.read([key(1)], soon())
    await direct.write([{ record: again, expected: standing?.etag ?? '' }], soon())
    await repository.read([key(1)], soon())
    expect(await direct.read([key(1)], soon())).toEqual([again])
  })

  test('keeps nothing for later: what was asked while nobody was there never happens', async () => {
    const { proxy, direct, repository } = await disturbed()
    await proxy.set({ type: 'refuse' })
    await proxy.until(({ connections }) => connections.length === 0, soon())
    const write = repository.write([{ record: record(1), expected: null }], soon())
    await expect(write).rejects.toBeInstanceOf(Error)
    await proxy.heal()
    expect(await repository.read([key(1)], soon())).toEqual([null])
    expect(await direct.read([key(1)], soon())).toEqual([null])
  })

  test('gives up a connection that is silent, and makes another', async () => {
    const { proxy, repository } = await disturbed()
    const [silent] = proxy.connections
    await silent?.set({ type: 'black-hole' })
    const signal = AbortSignal.timeout(100)
    const error = await repository.read([key(1)], signal).catch((error) => error)
    expect(error).toBe(signal.reason)
    // The way is free again for new connections, and nobody resets the old one.
    for (const isOver = soon(); !isOver.aborted; ) {
      const answer = await repository.read([key(1)], AbortSignal.timeout(500)).catch(() => null)
      if (answer !== null) break
    }
    expect(await repository.read([key(1)], soon())).toEqual([null])
  })
})

describe('connections that the server ends', () => {
  test('idle ones are nobody’s failure, and the next call has another', async () => {
    const { url, username, operator, ours } = await asUser()
    const repository = connect(url)
    await repository.open()
    for (let round = 0; round < 3; round++) {
      const [before] = await ours()
      await operator.client('KILL', 'USER', username)
      while ((await ours())[0] === before) await pause(1)
      expect(await repository.read([key(1)], soon())).toEqual([null])
    }
  })

  test('a URL opens one, and close() ends it', async () => {
    const { url, ours } = await asUser()
    const repository = connect(url)
    await repository.open()
    await Promise.all([1, 2, 3].map((n) => repository.read([key(n)], soon())))
    expect(await ours()).toEqual([expect.stringContaining(' name=tokenward ')])
    await repository.close()
    while ((await ours()).length > 0) await pause(5)
  })

  test('close() ends one that is not even connected yet', async () => {
    const { proxy, repository } = await disturbed()
    await proxy.set({ type: 'black-hole' })
    await repository.close()
    const opening = repository.open().catch((error) => error)
    await proxy.until(({ connections }) => connections.length > 0, soon())
    await repository.close()
    expect(await opening).toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await proxy.heal()
    await proxy.until(({ connections }) => connections.length === 0, soon())
  })
})

describe('a client of the caller', () => {
  test('has the listeners that it had, and lives, after close()', async () => {
    const lent = client()
    await lent.ping()
    const before = lent.eventNames().map((name) => [name, lent.listeners(name)])
    const options = JSON.stringify(lent.options)
    const repository = await prepared(lent)
    const stop = await repository.watch(() => undefined)
    await repository.write([{ record: record(1), expected: null }], soon())
    await stop()
    await repository.close()
    expect(lent.eventNames().map((name) => [name, lent.listeners(name)])).toEqual(before)
    expect(JSON.stringify(lent.options)).toBe(options)
    expect(await lent.ping()).toBe('PONG')
  })

  test('lends its settings, but for those by which calls are repeated or wait', async () => {
    const { proxy, url } = await disturbed()
    const prefix = `${crypto.randomUUID()}:`
    const lent = new Redis(url, {
      keyPrefix: prefix,
      maxRetriesPerRequest: null,
      commandTimeout: 1,
      enableAutoPipelining: true,
      retryStrategy: () => 60_000,
    })
    lent.on('error', () => undefined)
    onTestFinished(() => lent.disconnect())
    const repository = connect(lent, { namespace: 'lent' })
    expect(await repository.open()).toEqual([])
    await repository.write([{ record: record(1), expected: null }], soon())
    expect(await client().keys(`${prefix}*`)).toContain(`${prefix}tokenward:{lent:00}:${key(1)}`)
    expect(await repository.list(null, null, 9, soon())).toMatchObject([{ key: key(1) }])
    await proxy.set({ type: 'refuse' })
    await expect(repository.read([key(1)], soon())).rejects.toBeInstanceOf(Error)
    await proxy.heal()
    const again = async () => repository.read([key(1)], soon()).catch(() => null)
    while ((await again()) === null) await pause(5)
  })

  test('may be closed already, or not connected at all', async () => {
    const lent = new Redis(inject('redis'), { lazyConnect: true })
    const repository = connect(lent)
    expect(await repository.open()).toEqual([])
    expect(lent.status).toBe('wait')
    lent.disconnect()
    expect(await repository.read([key(1)], soon())).toEqual([null])
  })
})
