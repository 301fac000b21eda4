import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import {
  asUser,
  client,
  connect,
  deadline,
  disturbed,
  key,
  prepared,
  record,
  SHARD,
} from './support.ts'

describe('a call that is aborted before its reply', () => {
  test('rejects at once with the reason, and the late reply is dropped', async () => {
    const { proxy, direct, repository } = await disturbed()
    await direct.write([{ record: record(1), expected: null }], deadline())
    await proxy.set({ type: 'held-reply' })
    const controller = new AbortController()
    const read = repository.read([key(1)], controller.signal)
    await proxy.until(({ heldBack }) => heldBack > 0, deadline())
    const reason = new Error('too late')
    controller.abort(reason)
    await expect(read).rejects.toBe(reason)
    const next = repository.read([key(2)], deadline())
    await proxy.heal()
    expect(await next).toEqual([null])
  })

  test('rejects when the repository is closed', async () => {
    const { proxy, repository } = await disturbed()
    await proxy.set({ type: 'held-reply' })
    const read = repository.read([key(1)], deadline()).catch((error) => error)
    await proxy.until(({ heldBack }) => heldBack > 0, deadline())
    await repository.close()
    expect(await read).toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })
})

describe('the driver', () => {
  test('does not repeat a call when the reply is lost', async () => {
    const { proxy, direct, repository } = await disturbed()
    const first = record(1)
    await repository.write([{ record: first, expected: null }], deadline())
    await proxy.set({ type: 'reset-after-send', times: 1 })
    const write = repository.write([{ record: record(1), expected: first.etag }], deadline())
    await expect(write).rejects.toBeInstanceOf(Error)
    // No older call may still be in a queue.
    expect(await repository.read([key(1)], deadline())).toEqual(
      await direct.read([key(1)], deadline()),
    )
    const again = record(1)
    const [current] = await direct.read([key(1)], deadline())
    await direct.write([{ record: again, expected: current?.etag ?? '' }], deadline())
    await repository.read([key(1)], deadline())
    expect(await direct.read([key(1)], deadline())).toEqual([again])
  })

  test('does not queue a call: a write that was made while the server refused connections never happens', async () => {
    const { proxy, direct, repository } = await disturbed()
    await proxy.set({ type: 'refuse' })
    await proxy.until(({ connections }) => connections.length === 0, deadline())
    const write = repository.write([{ record: record(1), expected: null }], deadline())
    await expect(write).rejects.toBeInstanceOf(Error)
    await proxy.heal()
    expect(await repository.read([key(1)], deadline())).toEqual([null])
    expect(await direct.read([key(1)], deadline())).toEqual([null])
  })

  test('replaces a connection that is silent', async () => {
    const { proxy, repository } = await disturbed()
    const [silent] = proxy.connections
    await silent?.set({ type: 'black-hole' })
    const signal = AbortSignal.timeout(100)
    const error = await repository.read([key(1)], signal).catch((error) => error)
    expect(error).toBe(signal.reason)
    // New connections work again, and the old one is never reset.
    for (const isOver = deadline(); !isOver.aborted; ) {
      const answer = await repository.read([key(1)], AbortSignal.timeout(500)).catch(() => null)
      if (answer !== null) break
    }
    expect(await repository.read([key(1)], deadline())).toEqual([null])
  })
})

describe('connections that the server ends', () => {
  test('a closed idle connection is replaced by the next call', async () => {
    const { url, username, operator, connections } = await asUser()
    const repository = connect(url)
    await repository.open()
    for (let round = 0; round < 3; round++) {
      const [before] = await connections()
      await operator.client('KILL', 'USER', username)
      while ((await connections())[0] === before) await pause(1)
      expect(await repository.read([key(1)], deadline())).toEqual([null])
    }
  })

  test('a URL opens one connection, and close() ends it', async () => {
    const { url, connections } = await asUser()
    const repository = connect(url)
    await repository.open()
    await Promise.all([1, 2, 3].map((n) => repository.read([key(n)], deadline())))
    expect(await connections()).toEqual([expect.stringContaining(' name=tokenward ')])
    await repository.close()
    while ((await connections()).length > 0) await pause(5)
  })

  test('close() ends a connection that is not established yet', async () => {
    const { proxy, repository } = await disturbed()
    await proxy.set({ type: 'black-hole' })
    await repository.close()
    const opening = repository.open().catch((error) => error)
    await proxy.until(({ connections }) => connections.length > 0, deadline())
    await repository.close()
    expect(await opening).toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await proxy.heal()
    await proxy.until(({ connections }) => connections.length === 0, deadline())
  })
})

describe('a client of the caller', () => {
  test('is open after close(), with its own listeners alone', async () => {
    const callerClient = client()
    await callerClient.ping()
    const before = callerClient.eventNames().map((name) => [name, callerClient.listeners(name)])
    const options = JSON.stringify(callerClient.options)
    const repository = await prepared(callerClient)
    const stop = await repository.watch(() => undefined)
    await repository.write([{ record: record(1), expected: null }], deadline())
    await stop()
    await repository.close()
    expect(callerClient.eventNames().map((name) => [name, callerClient.listeners(name)])).toEqual(
      before,
    )
    expect(JSON.stringify(callerClient.options)).toBe(options)
    expect(await callerClient.ping()).toBe('PONG')
  })

  test('passes on its settings, except those that repeat or delay calls', async () => {
    const { proxy, url } = await disturbed()
    const prefix = `${crypto.randomUUID()}:`
    const callerClient = new Redis(url, {
      keyPrefix: prefix,
      maxRetriesPerRequest: null,
      commandTimeout: 1,
      enableAutoPipelining: true,
      retryStrategy: () => 60_000,
    })
    callerClient.on('error', () => undefined)
    onTestFinished(() => callerClient.disconnect())
    const repository = connect(callerClient, { namespace: 'caller' })
    expect(await repository.open()).toEqual([])
    await repository.write([{ record: record(1), expected: null }], deadline())
    expect(await client().keys(`${prefix}*`)).toContain(
      `${prefix}tokenward:{caller:${SHARD}}:${key(1)}`,
    )
    expect(await repository.list(null, null, 9, deadline())).toMatchObject([{ key: key(1) }])
    await proxy.set({ type: 'refuse' })
    await expect(repository.read([key(1)], deadline())).rejects.toBeInstanceOf(Error)
    await proxy.heal()
    const retry = async () => repository.read([key(1)], deadline()).catch(() => null)
    while ((await retry()) === null) await pause(5)
  })

  test('may be closed, or never connected', async () => {
    const callerClient = new Redis(inject('redis'), { lazyConnect: true })
    const repository = connect(callerClient)
    expect(await repository.open()).toEqual([])
    expect(callerClient.status).toBe('wait')
    callerClient.disconnect()
    expect(await repository.read([key(1)], deadline())).toEqual([null])
  })
})
