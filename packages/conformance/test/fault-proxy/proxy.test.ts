import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ProxyConnection } from '../../src/fault-proxy/connection.ts'
import { FaultProxy } from '../../src/fault-proxy/proxy.ts'
import { lines } from './line-protocol.ts'

/** Echoes each line, and keeps what it received. */
async function echo(): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.setEncoding('utf8').on(
      'data',
      lines((line) => {
        heard.push(line)
        socket.write(`${line}\n`)
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, heard }
}

async function between(): Promise<{ proxy: FaultProxy; heard: string[] }> {
  const { port, heard } = await echo()
  const proxy = await FaultProxy.start({ host: '127.0.0.1', port })
  onTestFinished(() => proxy.close())
  return { proxy, heard }
}

class Client {
  readonly socket: Socket
  /** All received text. */
  got = ''
  /** How it ended: `end`, or the code of an error. */
  ended: string | null = null
  readonly #closed: Promise<unknown>

  static async to({ address }: FaultProxy): Promise<Client> {
    const client = new Client(connect(address))
    await once(client.socket, 'connect')
    return client
  }

  private constructor(socket: Socket) {
    this.socket = socket
    this.#closed = new Promise((resolve) => socket.once('close', resolve))
    onTestFinished(() => void socket.destroy())
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.got += text
    })
    socket.on('end', () => {
      this.ended ??= 'end'
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.ended ??= error.code ?? error.message
    })
  }

  say(line: string): void {
    this.socket.write(`${line}\n`)
  }

  /** Resolves with all received text, as soon as it has that length. */
  async hears(length: number): Promise<string> {
    while (this.got.length < length) await once(this.socket, 'data')
    return this.got
  }

  async ends(): Promise<string | null> {
    await this.#closed
    return this.ended
  }
}

/** Long enough for anything on a loopback interface. */
const A_WHILE = 60

test('forwarded bytes are counted', async () => {
  const { proxy } = await between()
  const [one, other] = [await Client.to(proxy), await Client.to(proxy)]
  one.say('one')
  other.say('another')
  expect(await one.hears(4)).toBe('one\n')
  expect(await other.hears(8)).toBe('another\n')
  expect(proxy.connections).toHaveLength(2)
  expect(proxy.accepted).toBe(2)
  expect(proxy.bytes).toEqual({ requests: 12, replies: 12 })
  one.socket.end()
  await proxy.until(({ connections }) => connections.length === 1)
  expect(proxy.accepted).toBe(2)
})

test('more bytes than it buffers pass completely, when the client is slow', async () => {
  const { proxy } = await between()
  const client = await Client.to(proxy)
  const line = 'x'.repeat(3 * 1024 * 1024)
  client.socket.pause()
  client.say(line)
  await wait(A_WHILE)
  client.socket.resume()
  expect(await client.hears(line.length + 1)).toBe(`${line}\n`)
})

test('refuse: the port is closed, open connections are reset, and the same port opens again', async () => {
  const { proxy } = await between()
  const client = await Client.to(proxy)
  await proxy.set({ type: 'refuse' })
  expect(await client.ends()).toBe('ECONNRESET')
  await expect(Client.to(proxy)).rejects.toThrow('ECONNREFUSED')
  await proxy.heal()
  const later = await Client.to(proxy)
  later.say('back')
  expect(await later.hears(5)).toBe('back\n')
})

test('black-hole: connections stay open and are accepted, and no bytes pass until it ends', async () => {
  const { proxy, heard } = await between()
  const before = await Client.to(proxy)
  await proxy.set({ type: 'black-hole' })
  const later = await Client.to(proxy)
  before.say('old')
  later.say('new')
  await wait(A_WHILE)
  expect(heard).toEqual([])
  expect([before.ended, later.ended]).toEqual([null, null])
  await proxy.heal()
  expect([await before.hears(4), await later.hears(4)]).toEqual(['old\n', 'new\n'])
})

test('a reply that is on its way when the black hole begins stays in it', async () => {
  const { proxy, heard } = await between()
  const client = await Client.to(proxy)
  await proxy.set({ type: 'late-reply', ms: A_WHILE })
  client.say('asked')
  await proxy.until(({ heldBack }) => heldBack > 0)
  await proxy.set({ type: 'black-hole' })
  await wait(2 * A_WHILE)
  expect([heard, client.got]).toEqual([['asked'], ''])
  await proxy.heal()
  expect(await client.hears(6)).toBe('asked\n')
})

describe('a reply is cut', () => {
  test('reset: the request arrives, its reply does not', async () => {
    const { proxy, heard } = await between()
    const client = await Client.to(proxy)
    await proxy.set({ type: 'reset-after-send' })
    client.say('gone')
    expect(await client.ends()).toBe('ECONNRESET')
    expect([heard, client.got, proxy.cuts]).toEqual([['gone'], '', 1])
    await proxy.until(({ connections }) => connections.length === 0)
  })

  test('half of it arrives, and then the end', async () => {
    const { proxy } = await between()
    const client = await Client.to(proxy)
    await proxy.set({ type: 'half-reply' })
    client.say('1234567')
    expect(await client.ends()).toBe('end')
    expect([client.got, proxy.cuts]).toEqual(['1234', 1])
    await proxy.until(({ connections }) => connections.length === 0)
  })

  test('as many times as given, and then no more', async () => {
    const { proxy } = await between()
    await proxy.set({ type: 'reset-after-send', times: 2 })
    for (let cut = 1; cut <= 2; cut++) {
      const client = await Client.to(proxy)
      client.say('gone')
      expect(await client.ends()).toBe('ECONNRESET')
    }
    const client = await Client.to(proxy)
    client.say('kept')
    expect(await client.hears(5)).toBe('kept\n')
    expect(proxy.cuts).toBe(2)
  })

  test('and then nothing passes, until the fault ends', async () => {
    const { proxy, heard } = await between()
    await proxy.set({ type: 'reset-after-send', times: 1, followedBy: 'black-hole' })
    const client = await Client.to(proxy)
    client.say('gone')
    expect(await client.ends()).toBe('ECONNRESET')
    const next = await Client.to(proxy)
    next.say('kept')
    await proxy.until(({ accepted }) => accepted === 2)
    expect(heard).toEqual(['gone'])
    await proxy.heal()
    expect(await next.hears(5)).toBe('kept\n')
  })
})

test('late replies come late, in order, even if the fault has ended', async () => {
  const { proxy, heard } = await between()
  const client = await Client.to(proxy)
  await proxy.set({ type: 'late-reply', ms: 200 })
  const early = AbortSignal.timeout(190)
  client.say('first')
  await proxy.until(({ heldBack }) => heldBack > 0)
  await proxy.heal()
  client.say('second')
  expect(await client.hears(13)).toBe('first\nsecond\n')
  expect(early.aborted, 'no sooner than they were due').toBe(true)
  expect(heard).toEqual(['first', 'second'])
})

test('a held reply arrives when it is released', async () => {
  const { proxy, heard } = await between()
  const client = await Client.to(proxy)
  await proxy.set({ type: 'held-reply' })
  client.say('held')
  await proxy.until(({ heldBack }) => heldBack === 5)
  await wait(A_WHILE)
  expect([heard, client.got]).toEqual([['held'], ''])
  await proxy.heal()
  expect(await client.hears(5)).toBe('held\n')
})

test('delay: in both directions', async () => {
  const { proxy, heard } = await between()
  const client = await Client.to(proxy)
  await proxy.set({ type: 'delay', ms: 150 })
  const early = AbortSignal.timeout(290)
  client.say('slow')
  await wait(A_WHILE)
  expect(heard).toEqual([])
  expect(await client.hears(5)).toBe('slow\n')
  expect(early.aborted, 'once there and once back').toBe(true)
})

test('throttle: this many bytes a second', async () => {
  const { proxy } = await between()
  const client = await Client.to(proxy)
  await proxy.set({ type: 'throttle', bytesPerSecond: 10_000 })
  const early = AbortSignal.timeout(390)
  client.say('x'.repeat(1_999))
  await client.hears(500)
  expect(client.got.length, 'in chunks').toBeLessThan(2_000)
  expect(await client.hears(2_000)).toHaveLength(2_000)
  expect(early.aborted, '200 ms there, and as long back').toBe(true)
})

test('one connection can be disturbed alone', async () => {
  const { proxy } = await between()
  const lonely = await Client.to(proxy)
  lonely.say('one')
  await lonely.hears(4)
  const [connection] = proxy.connections
  connection?.set({ type: 'held-reply' })
  const other = await Client.to(proxy)
  lonely.say('two')
  other.say('free')
  expect(await other.hears(5)).toBe('free\n')
  await proxy.until(({ heldBack }) => heldBack === 4)
  expect(lonely.got).toBe('one\n')
  connection?.set({ type: 'pass' })
  expect(await lonely.hears(8)).toBe('one\ntwo\n')
})

test('connections to a stopped server are reset', async () => {
  const { proxy } = await between()
  const gone = await FaultProxy.start(proxy.address)
  onTestFinished(() => gone.close())
  await proxy.set({ type: 'refuse' })
  const client = await Client.to(gone)
  expect(await client.ends()).toBe('ECONNRESET')
})

test.each([
  { type: 'pass' },
  { type: 'refuse' },
  { type: 'black-hole' },
  { type: 'held-reply' },
  { type: 'delay', ms: 60_000 },
] as const)('it closes with the fault $type, and leaves nothing open', async (fault) => {
  const { proxy } = await between()
  const clients = [await Client.to(proxy), await Client.to(proxy)]
  await proxy.set(fault)
  for (const client of clients) client.say('anything')
  await proxy.close()
  for (const client of clients) expect(await client.ends()).toBe('ECONNRESET')
  expect(proxy.connections).toEqual([])
  expect(() => proxy.address).toThrow('closed')
  await proxy.close()
})

test('it closes a connection whose end is being sent', async () => {
  const server = createServer((socket) => void socket.end('bye'))
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const front = createServer({ allowHalfOpen: true }, (client) => {
    const nothing = () => undefined
    const connection = new ProxyConnection(client, addressOf(server), {
      passed: nothing,
      cut: nothing,
      changed: nothing,
      closed: resolve,
    })
    client.end = () => {
      Reflect.apply(Socket.prototype.end, client, [])
      connection.reset()
      return client
    }
  })
  for (const each of [server, front]) {
    await once(each.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void each.close())
  }
  const client = connect(addressOf(front)).on('error', () => undefined)
  onTestFinished(() => void client.destroy())
  await closed
})

function addressOf(server: Server): { host: string; port: number } {
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}
