import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, connect as dial, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { inspect } from 'node:util'
import { closedPort, HOUR } from '@tokenward/conformance/harness'
import { createTokenward, generateKeys } from '@tokenward/core'
import { Redis } from 'ioredis'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { OPEN_TIMEOUT_MS } from '../src/driver-options.ts'
import { grants, redis } from '../src/index.ts'
import { DURABLE } from './server.ts'
import {
  client,
  connect,
  deadline,
  isExternalServer,
  key,
  prepared,
  record,
  startOwn,
} from './support.ts'

function changed(url: string, change: Partial<URL>): string {
  return Object.assign(new URL(url), change).href
}

describe('open() rejects with help', () => {
  const url = inject('redis')
  const login = { username: 'ada', password: 'secr%20et' }
  test.each<[string, () => Promise<string>, RegExp, string]>([
    ['a wrong login', async () => changed(url, login), /the user and the password/, 'WRONGPASS'],
    [
      'a closed port',
      async () => changed(url, { port: String(await closedPort()) }),
      /start the server/,
      'ECONNREFUSED',
    ],
  ])('%s', async (_, address, help, code) => {
    const repository = redis(await address())
    const error = await repository.open().catch((error) => error)
    expect(error).toMatchObject({
      message: expect.stringMatching(help),
      cause: expect.objectContaining({ code }),
    })
    expect(inspect(error, { depth: 9 })).not.toContain('secr')
    await expect(repository.read(['a'], deadline())).rejects.toMatchObject({
      code: 'TOKENWARD_CLOSED',
    })
  })

  test('without a login where the server requires one', async () => {
    if (isExternalServer) return
    const { url } = await startOwn(DURABLE)
    await client(url).config('SET', 'requirepass', 'wanted')
    await expect(redis(url).open()).rejects.toThrow('put the user and the password')
  })
})

test('a URL may contain a %-encoded password of any characters', async () => {
  const [user, password] = [`ada-${crypto.randomUUID()}`, `p@ss/w:rd#?%& é`]
  await client().acl('SETUSER', user, `>${password}`)
  for (const grant of grants({ migrate: user }))
    await client().call('ACL', grant.split(' ').slice(1))
  const [name, word] = [user, password].map(encodeURIComponent) as [string, string]
  const url = changed(inject('redis'), { username: name, password: word })
  await expect(connect(url).open()).resolves.toBeDefined()
})

test('open() of a silent server ends at its time-out, and closes its connections', async () => {
  const sockets: Socket[] = []
  const received = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.once('data', () => received.resolve())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const time = new AbortController()
  const timer = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal)
  const opening = redis(`redis://127.0.0.1:${port}`).open()
  const asked = timer.mock.calls
  timer.mockRestore()
  expect(asked).toEqual([[OPEN_TIMEOUT_MS]])
  await received.promise
  time.abort(new Error('time is up'))
  await expect(opening).rejects.toThrow('time is up')
  await Promise.all(sockets.map((socket) => socket.destroyed || once(socket.resume(), 'close')))
})

test('core wraps the error as TOKENWARD_STORE_UNAVAILABLE, with the cause', async () => {
  const url = changed(inject('redis'), { username: 'ada', password: 'wrong' })
  const options = {
    issuer: 'https://api.example',
    keys: await generateKeys(),
    repository: redis(url),
  }
  await expect(createTokenward(options)).rejects.toMatchObject({
    code: 'TOKENWARD_STORE_UNAVAILABLE',
    cause: { message: expect.stringContaining('the password') },
  })
})

describe.skipIf(isExternalServer)('a server that changes after open()', () => {
  test('a server that becomes a replica is refused until it is a primary again', async () => {
    const { url } = await startOwn(DURABLE)
    const operator = client(url)
    const repository = await prepared(url)
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], deadline())
    const connections = async () => {
      const clients = String(await operator.client('LIST')).split('\n')
      return clients.flatMap((line) => /^id=(\d+) .* name=tokenward /.exec(line)?.[1] ?? [])
    }
    const before = await connections()
    // Its primary is unreachable; the replica continues to serve what it has.
    await operator.replicaof('127.0.0.1', 1)
    const calls = {
      read: () => repository.read([key(1)], deadline()),
      'a write that may win': () =>
        repository.write([{ record: record(1), expected: stored.etag }], deadline()),
      'a write that may lose': () =>
        repository.write([{ record: record(1), expected: null }], deadline()),
      list: () => repository.list(null, null, 9, deadline()),
      prune: () => repository.prune(Date.now() + HOUR, 9, false, deadline()),
    }
    for (const [name, call] of Object.entries(calls)) {
      await expect(call(), name).rejects.toThrow('give the address of the primary')
    }
    expect(
      await connections(),
      'reconnects, because the name may lead to another server',
    ).not.toEqual(before)
    expect(await connect(url).open()).toMatchObject([
      { code: 'replica', downgrades: { durability: 'reverting', linearizable: false } },
    ])
    await operator.replicaof('NO', 'ONE')
    expect(await repository.read([key(1)], deadline())).toEqual([stored])
  })

  test('a server that is out of memory refuses writes and keeps its records', async () => {
    const { url } = await startOwn({ ...DURABLE, maxmemory: '3mb' })
    const repository = await prepared(url)
    const body = 'x'.repeat(100_000)
    const kept: string[] = []
    const write = async (n: number) => {
      await repository.write([{ record: record(n, { body }), expected: null }], deadline())
      kept.push(key(n))
    }
    const fill = async () => {
      for (let n = 0; ; n++) await write(n)
    }
    const error = await fill().catch((error) => error)
    expect(error).toMatchObject({ message: expect.stringContaining('raise maxmemory') })
    expect(inspect(error, { depth: 9 })).not.toContain('xxx')
    expect(kept.length).toBeGreaterThan(0)
    const found = await repository.read(kept, deadline())
    expect(found.filter((each) => each === null)).toEqual([])
  })

  test('a server that lacks replicas refuses writes and can be read', async () => {
    const { url } = await startOwn(DURABLE)
    const repository = await prepared(url)
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], deadline())
    await client(url).config('SET', 'min-replicas-to-write', 1)
    await expect(
      repository.write([{ record: record(2), expected: null }], deadline()),
    ).rejects.toThrow('min-replicas-to-write')
    expect(await repository.read([key(1), key(2)], deadline())).toEqual([stored, null])
  })

  test('a server that forgets its scripts gets them again', async () => {
    const { url } = await startOwn(DURABLE)
    const repository = await prepared(url)
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], deadline())
    await client(url).script('FLUSH')
    expect(await repository.read([key(1)], deadline())).toEqual([stored])
  })
})

/** TLS before a server that has none; the certificate is for `localhost`. */
async function secured() {
  const { url, run } = await startOwn(DURABLE)
  const make = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout /tmp/key -out /tmp/crt`
  await run(['sh', '-ec', `${make} 2>/dev/null`])
  const [key, cert] = [await run(['cat', '/tmp/key']), await run(['cat', '/tmp/crt'])]
  const server = createTlsServer({ key, cert }, (near) => {
    const far = dial(Number(new URL(url).port), '127.0.0.1')
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) socket.on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  await once(server.listen(0, 'localhost'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  return { url: `rediss://localhost:${port}`, cert }
}

test.skipIf(isExternalServer)('TLS checks the certificate', async () => {
  const { url, cert } = await secured()
  await expect(redis(url).open()).rejects.toThrow(/self.signed certificate/)
  const repository = connect(new Redis(url, { lazyConnect: true, tls: { ca: cert } }))
  expect(await repository.open()).toEqual([])
  expect(await repository.read([key(1)], deadline())).toEqual([null])
})

test('the peer dependencies are ioredis 6 and redis 6', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(manifest.peerDependencies).toEqual({ ioredis: '^6.0.0', redis: '^6.0.0' })
})
