import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { FaultProxy } from '@tokenward/conformance/harness'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Complete, connect, deadline, key, newDatabase, prepared, record } from './support.ts'

const calls: Record<string, (repository: Complete) => Promise<unknown>> = {
  read: (repository) => repository.read([key(1)], deadline()),
  write: (repository) => repository.write([{ record: record(1), expected: null }], deadline()),
  list: (repository) => repository.list(null, null, 10, deadline()),
  prune: (repository) => repository.prune(Date.now(), 10, false, deadline()),
  watch: (repository) => repository.watch(() => undefined),
  migrate: (repository) => repository.migrate(true),
}

describe.each(Object.entries(calls))('%s', (_, call) => {
  const closed = { code: 'TOKENWARD_CLOSED' }

  test('rejects before open() and after close()', async () => {
    const repository = connect(await newDatabase())
    await expect(call(repository)).rejects.toMatchObject(closed)
    await repository.open()
    await repository.migrate(false)
    await expect(call(repository)).resolves.toBeDefined()
    await repository.close()
    await expect(call(repository)).rejects.toMatchObject(closed)
  })
})

describe('through a proxy that counts connections', () => {
  async function proxied() {
    const url = new URL(await newDatabase())
    await prepared(url.href)
    const proxy = await FaultProxy.start({ host: url.hostname, port: Number(url.port) })
    onTestFinished(() => proxy.close())
    url.host = `${proxy.address.host}:${proxy.address.port}`
    return { proxy, repository: connect(url.href) }
  }

  test('close() during two open() calls leaves no connection open', async () => {
    const { proxy, repository } = await proxied()
    for (let moment = 0; moment < 40; moment++) {
      const opening = [repository.open(), repository.open()].map((each) =>
        each.catch((error) => error),
      )
      for (let turn = 0; turn < moment; turn++) await (turn % 4 === 3 ? nextTurn() : undefined)
      await repository.close()
      await Promise.all(opening)
      await expect(repository.read([key(1)], deadline())).rejects.toMatchObject({
        code: 'TOKENWARD_CLOSED',
      })
    }
    await proxy.until(({ connections }) => connections.length === 0, deadline())
  })

  test('an open() that close() ended does not close the next one', async () => {
    const { proxy, repository } = await proxied()
    for (let round = 0; round < 10; round++) {
      const first = repository.open().catch((error) => error)
      const closing = repository.close()
      const second = repository.open()
      expect(await first).toMatchObject({ code: 'TOKENWARD_CLOSED' })
      await closing
      await second
      expect(await repository.read([key(1)], deadline())).toEqual([null])
      await repository.close()
    }
    await proxy.until(({ connections }) => connections.length === 0, deadline())
  })

  test('open() can be repeated after it failed', async () => {
    const { proxy, repository } = await proxied()
    await proxy.set({ type: 'refuse' })
    await expect(repository.open()).rejects.toThrow('start the server')
    await proxy.heal()
    await repository.open()
    expect(await repository.read([key(1)], deadline())).toEqual([null])
  })
})

test('close() before the driver connects leaves no connection open', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const program = new URL('./processes/close-while-connecting.ts', import.meta.url)
  const child = fork(program, [String(port), import.meta.filename], { silent: true })
  const output = text(child.stdout as NodeJS.ReadableStream)
  onTestFinished(() => void child.kill('SIGKILL'))
  child.disconnect()
  const [code] = await once(child, 'exit')
  expect([code, await output]).toEqual([0, 'TOKENWARD_CLOSED'])
})

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
