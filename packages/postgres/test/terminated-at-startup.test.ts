import { expect, onTestFinished, test } from 'vitest'
import { connect, listening, poolWithoutListener } from './support.ts'

const message = (type: string, body: string) => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + body.length)
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)])
}

/** From a server process that was killed just after it accepted the client. */
const GREETING = Buffer.concat([
  message('R', '\0\0\0\0'),
  message('Z', 'I'),
  message('E', 'SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'),
])

async function dying(): Promise<string> {
  const port = await listening((socket) => {
    socket.once('data', () => socket.end(GREETING))
    socket.on('error', () => undefined)
  })
  return `postgres://u:p@127.0.0.1:${port}/d`
}

test.each([
  ['a URL', (url: string) => url],
  ['a caller-owned pool', poolWithoutListener],
])(
  '%s: an error in the same packet as the greeting rejects the call, and is not uncaught',
  async (_, of) => {
    const stray: unknown[] = []
    const hear = (error: unknown) => void stray.push(error)
    process.on('uncaughtException', hear)
    onTestFinished(() => void process.off('uncaughtException', hear))
    await expect(connect(of(await dying())).open()).rejects.toThrow()
    expect(stray).toEqual([])
  },
)
