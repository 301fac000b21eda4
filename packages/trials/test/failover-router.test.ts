import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Router } from '../src/failover/router.ts'

/** A server that sends its name to each client. */
async function listen(name: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write(name)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('new connections go to the new primary, and the open ones end', async () => {
  const [first, second] = [await listen('first'), await listen('second')]
  const router = await Router.start(first)
  onTestFinished(() => router.stop())
  const before = connect(router.port, '127.0.0.1')
  expect(String(await once(before, 'data'))).toBe('first')
  const ended = once(before, 'close')
  router.lead(second)
  await ended
  const after = connect(router.port, '127.0.0.1')
  expect(String(await once(after, 'data'))).toBe('second')
})
