import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, connect as dial } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { clientSource } from '../src/options.ts'
import { MemcachedRepository } from '../src/repository.ts'
import { fakeServer } from './fake-server.ts'
import {
  connect,
  deadline,
  disturbed,
  drivers,
  insert,
  key,
  opened,
  ownServer,
  record,
} from './support.ts'

describe.each(drivers)('by %s', (client) => {
  test('a pending call rejects at once when the connection is lost', async () => {
    const { proxy, url } = await disturbed()
    const repository = await opened(url, { client })
    await proxy.set({ type: 'held-reply' })
    const calls = [
      repository.read([key()], deadline()),
      repository.write([{ record: record(), expected: null }], deadline()),
    ]
    const lost = Promise.all(calls.map((call) => expect(call).rejects.toThrow(/lost|socket/)))
    await proxy.until(({ heldBack }) => heldBack > 0)
    await proxy.set({ type: 'refuse' })
    await lost
  })

  test('a call rejects at its signal with the reason, and a silent connection is destroyed', async () => {
    const { proxy, url } = await disturbed()
    const repository = await opened(url, { client })
    const stored = await insert(repository)
    await proxy.set({ type: 'black-hole' })
    const controller = new AbortController()
    const read = repository.read([stored.key], controller.signal)
    const concurrent = repository.read([key()], deadline())
    const reason = new Error('too late')
    await new Promise(setImmediate) // The requests are sent.
    controller.abort(reason)
    await expect(read).rejects.toBe(reason)
    await expect(concurrent).rejects.toThrow('no reply in time')
    await proxy.heal()
    await proxy.until(({ connections }) => connections.length === 0)
    expect(await repository.read([stored.key], deadline())).toEqual([stored])
    expect(proxy.accepted).toBe(2)
  })

  test('after a connection was destroyed, the next call makes another at once', async () => {
    const repository = await opened(undefined, { client })
    const stored = await insert(repository)
    for (let round = 0; round < 5; round++) {
      const controller = new AbortController()
      const aborted = repository.read([key()], controller.signal).catch((error) => error)
      for (let turn = 0; turn < 10; turn++) await undefined // The request is sent, and no reply can have come.
      controller.abort()
      expect(await aborted).toBe(controller.signal.reason)
      expect(await repository.read([stored.key], deadline())).toEqual([stored])
    }
  })

  test('a late reply is dropped, and the next call gets its own', async () => {
    const releases: (() => void)[] = []
    const url = await fakeServer((line) =>
      line.startsWith('gets')
        ? new Promise((resolve) => releases.push(() => resolve('END\r\n')))
        : undefined,
    )
    const repository = await opened(url, { client })
    const read = (signal: AbortSignal) => repository.read([key()], signal)
    const late = new AbortController()
    const [first, second, third] = [read(deadline()), read(late.signal), read(deadline())]
    while (releases.length < 3) await new Promise(setImmediate)
    releases[0]?.()
    expect(await first).toEqual([null])
    late.abort()
    await expect(second).rejects.toBe(late.signal.reason)
    releases[1]?.()
    const next = repository.write([{ record: record(), expected: null }], deadline())
    releases[2]?.()
    expect(await third).toEqual([null])
    expect(await next).toEqual([true])
  })

  test('concurrent calls without a connection share a new one', async () => {
    const { proxy, url } = await disturbed()
    const repository = await opened(url, { client })
    const stored = await insert(repository)
    await proxy.set({ type: 'refuse' })
    await expect(repository.read([stored.key], deadline())).rejects.toBeDefined()
    await proxy.heal()
    const reads = Array.from({ length: 64 }, () => repository.read([stored.key], deadline()))
    expect(new Set((await Promise.all(reads)).flat().map((found) => found?.etag)).size).toBe(1)
    expect(proxy.accepted).toBe(2)
  })

  test('the first call after a restart of the server succeeds', async () => {
    const { url, kill, start } = await ownServer()
    const repository = await opened(url, { client })
    await insert(repository)
    for (let restart = 0; restart < 3; restart++) {
      await kill()
      const refused = expect(repository.read([key()], deadline())).rejects
      await refused.toThrow(/start the server|lost/)
      await start()
      await insert(repository)
    }
  })

  test('a server that was paused loses nothing', async () => {
    const { url, pause, resume } = await ownServer()
    const repository = await opened(url, { client })
    const stored = await insert(repository)
    await pause()
    await expect(repository.read([stored.key], AbortSignal.timeout(200))).rejects.toBeDefined()
    await resume()
    expect(await repository.read([stored.key], deadline())).toEqual([stored])
  })

  test('open() rejects on a silent server with the reason, and leaves no connection open', async () => {
    const silent = createServer((socket) => void socket.resume())
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as { port: number }
    const source = clientSource(`127.0.0.1:${port}`, client)
    const repository = new MemcachedRepository(source, 'n', undefined, 2_500)
    await expect(repository.open()).rejects.toMatchObject({
      message: expect.stringContaining('no answer within 2.5 s'),
      // The first attempt timed out, and another began.
      cause: expect.objectContaining({ message: expect.stringContaining('no connection to') }),
    })
    silent.close()
    await once(silent, 'close') // All its connections are closed.
  })

  test('a connection that is silent from the beginning is replaced', async () => {
    const { hostname, port } = new URL(inject('memcached'))
    let connections = 0
    const late = createServer((near) => {
      if (++connections === 1) return void near.resume()
      const far = dial(Number(port), hostname)
      near.pipe(far).pipe(near)
    })
    await once(late.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void late.close())
    const { port: through } = late.address() as { port: number }
    const repository = await opened(`127.0.0.1:${through}`, { client })
    await insert(repository)
    expect(connections).toBe(2)
  })

  test('pending calls reject when the repository is closed', async () => {
    const { proxy, url } = await disturbed()
    const repository = await opened(url, { client })
    await proxy.set({ type: 'held-reply' })
    const read = expect(repository.read([key()], deadline())).rejects
    await proxy.until(({ heldBack }) => heldBack > 0)
    await repository.close()
    await read.toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await proxy.heal()
    await proxy.until(({ connections }) => connections.length === 0)
  })

  test('close() during two open() calls leaves no connection open', async () => {
    const { proxy, url } = await disturbed()
    const repository = connect(url, { client })
    for (let moment = 0; moment < 40; moment++) {
      const opening = [repository.open(), repository.open()].map((each) =>
        each.catch((error) => error),
      )
      for (let turn = 0; turn < moment; turn++) await (turn % 10 === 9 ? nextTurn() : undefined)
      await repository.close()
      await Promise.all(opening)
      await expect(repository.read([key()], deadline())).rejects.toMatchObject({
        code: 'TOKENWARD_CLOSED',
      })
    }
    await proxy.until(({ connections }) => connections.length === 0)
  })

  test('without a program named ping a process survives twelve failures of the server, and exits', async () => {
    const program = new URL('./processes/server-failures.ts', import.meta.url)
    const child = fork(program, [inject('memcached'), client], {
      silent: true,
      env: { ...process.env, PATH: '/nowhere' },
    })
    const output = text(child.stdout as NodeJS.ReadableStream)
    const errors = text(child.stderr as NodeJS.ReadableStream)
    onTestFinished(() => void child.kill('SIGKILL'))
    child.disconnect()
    const [code] = await once(child, 'exit')
    expect([code, await output, await errors]).toEqual([0, 'done', ''])
  })
})

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
