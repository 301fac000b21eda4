import { describe, expect, inject, test } from 'vitest'
import { fakeServer } from './fake-server.ts'
import {
  changed,
  connect,
  deadline,
  drivers,
  insert,
  key,
  opened,
  ownServer,
  record,
} from './support.ts'
import { itemName, tcpRequest } from './tcp-request.ts'

const anyKey = key()

describe.each(drivers)('by %s', (client) => {
  describe('a reply that does not match the request rejects', () => {
    test.each([
      ['an error of the server', 'SERVER_ERROR out of memory writing get response\r\n'],
      ['an unknown command', 'ERROR\r\n'],
      ['a client error', 'CLIENT_ERROR bad\r\n'],
      ['the reply to a write', 'STORED\r\n'],
      ['the refusal of a write', 'NOT_STORED\r\n'],
      ['another key', 'VALUE other 0 1 1\r\nx\r\nEND\r\n'],
      ['a reply of HTTP', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
      ['an invalid length', 'VALUE x 0 y\r\nEND\r\n'],
      ['a number', '7\r\n'],
    ])('a read: %s', async (_, reply) => {
      const url = await fakeServer((line) => (line.startsWith('gets') ? reply : undefined))
      const repository = await opened(url, { client })
      const read = repository.read([anyKey], AbortSignal.timeout(1_000))
      await expect(read).rejects.toBeDefined()
      // The next connection works.
      expect(await repository.write([{ record: record(), expected: null }], deadline())).toEqual([
        true,
      ])
    })

    test.each([
      ['a client error', 'CLIENT_ERROR bad data chunk\r\n'],
      ['an unknown command', 'ERROR\r\n'],
      ['the reply to a read', 'END\r\n'],
    ])('a write: %s, and the connection is replaced', async (_, reply) => {
      let connections = 0
      const url = await fakeServer((line) => {
        if (line === 'stats') connections++
        return line.startsWith('add') ? reply : undefined
      })
      const repository = await opened(url, { client })
      const before = connections
      const write = repository.write([{ record: record(), expected: null }], deadline())
      await expect(write).rejects.toBeDefined()
      expect(await repository.read([anyKey], deadline())).toEqual([null])
      expect(connections).toBe(before + 1)
    })

    test('a write: out of memory', async () => {
      const reply = 'SERVER_ERROR out of memory storing object\r\n'
      const url = await fakeServer((line) => (line.startsWith('add') ? reply : undefined))
      const repository = await opened(url, { client })
      const write = repository.write([{ record: record(), expected: null }], deadline())
      await expect(write).rejects.toBeDefined()
      expect(await repository.read([anyKey], deadline())).toEqual([null])
    })

    test('one reply too many: no call gets the reply of another', async () => {
      let late = false
      const url = await fakeServer((line) => {
        if (line.startsWith('add') && !late) {
          late = true
          return 'CLIENT_ERROR bad data chunk\r\nERROR\r\nSTORED\r\n'
        }
        return undefined
      })
      const repository = await opened(url, { client })
      const writes = [record(), record()].sort((a, b) => (a.key < b.key ? -1 : 1))
      const batch = writes.map((each) => ({ record: each, expected: null }))
      await expect(repository.write(batch, deadline())).rejects.toBeDefined()
      expect(await repository.read([anyKey], deadline())).toEqual([null])
    })
  })

  test('an entry that cannot be sent causes no unhandled rejection', async () => {
    const url = await fakeServer((line) => (line.startsWith('add') ? 'ERROR\r\n' : undefined))
    const repository = await opened(url, { client })
    const [good, bad] = [
      record({ key: '0'.repeat(24) }),
      record({ key: 'f'.repeat(24), body: 'é' }),
    ]
    const batch = [good, bad].map((each) => ({ record: each, expected: null }))
    await expect(repository.write(batch, deadline())).rejects.toThrow('printable ASCII')
    // The entry that was sent is refused now; the test runner reports an unhandled rejection.
    await repository.read([anyKey], deadline()).catch(() => undefined)
  })

  test('no text of a record or a namespace is sent as a command', async () => {
    const server = inject('memcached')
    const namespace = ['$& $1 $` \r\nflush_all\r\n', 'x'.repeat(900)].join(' ')
    const repository = await opened(server, { client, namespace })
    const stored = await insert(repository, { body: '$& $1 $$ $` %24' })
    expect(await repository.read([stored.key], deadline())).toEqual([stored])
    const name = itemName(stored.key, namespace)
    expect(name).toMatch(/^tokenward-[0-9a-f]{32}-[\w-]{24}$/)
    expect(await tcpRequest(server, `get ${name}`, /END\r\n$/)).not.toContain('$')
  })

  test.each(['$&', '\r\nflush_all\r\n', 'a b', 'x'.repeat(300)])(
    'the key %j is refused before anything is sent',
    async (invalid) => {
      const repository = await opened(undefined, { client })
      const canary = await insert(repository)
      await expect(repository.read([invalid], deadline())).rejects.toThrow('base64url')
      const write = { record: { ...record(), key: invalid }, expected: null }
      await expect(repository.write([write], deadline())).rejects.toThrow('base64url')
      expect(await repository.read([canary.key], deadline())).toEqual([canary])
    },
  )

  test('a server that is full and does not evict rejects writes', async () => {
    const { url } = await ownServer({ m: '2', M: '' })
    const repository = connect(url, { client })
    expect(await repository.open()).toMatchObject([{ code: 'eviction-disabled' }])
    const body = 'x'.repeat(4_000)
    const stored: string[] = []
    const fill = async () => {
      for (;;) stored.push((await insert(repository, { body })).key)
    }
    await expect(fill()).rejects.toThrow(/memory|lost|refused to store/)
    const found = await repository.read(stored.slice(-100), deadline())
    expect(found.filter((each) => each === null)).toEqual([])
  })

  test('without cas every replacement rejects and changes nothing', async () => {
    const { url } = await ownServer({ C: '' })
    const repository = connect(url, { client })
    expect(await repository.open()).toMatchObject([{ code: 'cas-disabled' }])
    const stored = await insert(repository)
    const write = [{ record: changed(stored), expected: stored.etag }]
    await expect(repository.write(write, deadline())).rejects.toThrow('refused to store')
    expect(await repository.read([stored.key], deadline())).toEqual([stored])
  })

  test('a cas id from before a restart overwrites nothing', async () => {
    const { url, kill, start } = await ownServer()
    const repository = await opened(url, { client, ring: 'x', namespace: 'n' })
    const before = await insert(repository)
    expect(await repository.read([before.key], deadline())).toEqual([before])
    await kill()
    await start()
    // Another process stores another record under the key, which gets the same cas id.
    const other = await opened(url, { client, ring: 'x', namespace: 'n' })
    const after = changed(before)
    expect(await other.write([{ record: after, expected: null }], deadline())).toEqual([true])
    const late = { record: changed(before), expected: before.etag }
    const answer = await repository.write([late], deadline()).catch(() => 'rejected')
    expect(answer).not.toEqual([true])
    expect(await other.read([before.key], deadline())).toEqual([after])
    expect(await repository.write([late], deadline())).toEqual([false])
  })
})
