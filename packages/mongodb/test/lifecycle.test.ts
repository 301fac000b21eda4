import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { FaultProxy } from '@tokenward/conformance/harness'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect, deadline, key, newDatabase, prepared } from './support.ts'

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
