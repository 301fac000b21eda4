import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The reply to a line; `undefined` for the reply of an empty Memcached. */
export type FakeReply = (line: string) => string | undefined | Promise<string>

/** A server that sends the replies of the test. @returns its URL */
export async function fakeServer(answer: FakeReply): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let last = Promise.resolve()
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      for (const line of data.toString('latin1').split('\r\n')) {
        if (!/^(gets|add|cas|stats|version)\b/.test(line)) continue
        const reply = answer(line) ?? defaultReply(line)
        last = last.then(async () => void socket.write(await reply))
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `memcached://127.0.0.1:${(server.address() as { port: number }).port}`
}

function defaultReply(line: string): string {
  if (line.startsWith('version')) return 'VERSION 1.6.18\r\n'
  if (line === 'stats') return `STAT version 1.6.18\r\nSTAT time ${seconds()}\r\nEND\r\n`
  if (line.startsWith('stats')) return 'STAT cas_enabled yes\r\nSTAT evictions on\r\nEND\r\n'
  return line.startsWith('gets') ? 'END\r\n' : 'STORED\r\n'
}

function seconds(): number {
  return Math.floor(Date.now() / 1_000)
}
