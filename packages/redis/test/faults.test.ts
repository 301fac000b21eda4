import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, connect as dial, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { inspect } from 'node:util'
import { createTokenward, generateKeys } from '@tokenward/core'
import { Redis } from 'ioredis'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { grants, redis } from '../src/index.ts'
import { OPENING_MS } from '../src/limits.ts'
import { DURABLE } from './server.ts'
import { client, connect, isTheirs, key, prepared, record, soon, startOwn } from './support.ts'

function changed(url: string, change: Partial<URL>): string {
  return Object.assign(new URL(url), change).href
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  await once(server.close(), 'close')
  return port
}

describe('what is wrong is said when it is opened, with what to do', () => {
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
  ])('%s', async (_, address, advice, code) => {
    const repository = redis(await address())
    const error = await repository.open().catch((error) => error)
    expect(error).toMatchObject({
      message: expect.stringMatching(advice),
      cause: expect.objectContaining({ code }),
    })
    expect(inspect(error, { depth: 9 })).not.toContain('secr')
    await expect(repository.read(['a'], soon())).rejects.toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })

  test('no login where one is wanted', async () => {
    if (isTheirs) return
    const { url } = await startOwn(DURABLE)
    await client(url).config('SET', 'requirepass', 'wanted')
    await expect(redis(url).open()).rejects.toThrow('put the user and the password')
  })
})

test('a password of any kind can be in a URL', async () => {
  const [user, password] = [`ada-${crypto.randomUUID()}`, `p@ss/w:rd#?%& é`]
  await client().acl('SETUSER', user, `>${password}`)
  for (const grant of grants({ migrate: user }))
    await client().call('ACL', grant.split(' ').slice(1))
  const [name, word] = [user, password].map(encodeURIComponent) as [string, string]
  const url = changed(inject('redis'), { username: name, password: word })
  await expect(connect(url).open()).resolves.toBeDefined()
})

test('a server that says nothing: open() ends with its time, and nothing is left open', async () => {
  const sockets: Socket[] = []
  const heard = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.once('data', () => heard.resolve())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const time = new AbortController()
  const timer = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal)
  const opening = redis(`redis://127.0.0.1:${port}`).open()
  const asked = timer.mock.calls
  timer.mockRestore()
  expect(asked).toEqual([[OPENING_MS]])
  await heard.promise
  time.abort(new Error('time is up'))
  await expect(opening).rejects.toThrow('time is up')
  await Promise.all(sockets.map((socket) => socket.destroyed || once(socket.resume(), 'close')))
})

test('core tells it as a store that is unavailable, with the cause', async () => {
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

describe.skipIf(isTheirs)('a server that changes while it is used', () => {
  test('one that becomes a replica answers nothing, until it is a primary again', async () => {
    const { url } = await startOwn(DURABLE)
    const operator = client(url)
    const repository = await prepared(url)
    const stands = record(1)
    await repository.write([{ record: stands, expected: null }], soon())
    const ours = async () => {
      const clients = String(await operator.client('LIST')).split('\n')
      return clients.flatMap((line) => /^id=(\d+) .* name=tokenward /.exec(line)?.[1] ?? [])
    }
    const before = await ours()
    // Its primary is not there; it goes on to answer with what it has.
    await operator.replicaof('127.0.0.1', 1)
    const calls = {
      read: () => repository.read([key(1)], soon()),
      'a write that may win': () =>
        repository.write([{ record: record(1), expected: stands.etag }], soon()),
      'a write that may lose': () =>
        repository.write([{ record: record(1), expected: null }], soon()),
      list: () => repository.list(null, null, 9, soon()),
      prune: () => repository.prune(Date.now() + 600_000, 9, false, soon()),
    }
    for (const [name, call] of Object.entries(calls)) {
      await expect(call(), name).rejects.toThrow('give the address of the primary')
    }
    expect(await ours(), 'its name may lead to another server by now').not.toEqual(before)
    expect(await connect(url).open()).toMatchObject([
      { code: 'replica', downgrades: { durability: 'reverting', linearizable: false } },
    ])
    await operator.replicaof('NO', 'ONE')
    expect(await repository.read([key(1)], soon())).toEqual([stands])
  })

  test('one whose memory is full takes no more, and keeps what it has', async () => {
    const { url } = await startOwn({ ...DURABLE, maxmemory: '3mb' })
    const repository = await prepared(url)
    const body = 'x'.repeat(100_000)
    const kept: string[] = []
    const write = async (n: number) => {
      await repository.write([{ record: record(n, { body }), expected: null }], soon())
      kept.push(key(n))
    }
    const fill = async () => {
      for (let n = 0; ; n++) await write(n)
    }
    const error = await fill().catch((error) => error)
    expect(error).toMatchObject({ message: expect.stringContaining('raise maxmemory') })
    expect(inspect(error, { depth: 9 })).not.toContain('xxx')
    expect(kept.length).toBeGreaterThan(0)
    const found = await repository.read(kept, soon())
    expect(found.filter((each) => each === null)).toEqual([])
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

test.skipIf(isTheirs)('TLS: the certificate is looked at', async () => {
  const { url, cert } = await secured()
  await expect(redis(url).open()).rejects.toThrow(/self.signed certificate/)
  const repository = connect(new Redis(url, { lazyConnect: true, tls: { ca: cert } }))
  expect(await repository.open()).toEqual([])
  expect(await repository.read([key(1)], soon())).toEqual([null])
})

test('the package needs ioredis 6', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(manifest.peerDependencies).toEqual({ ioredis: '^6.0.0' })
})
