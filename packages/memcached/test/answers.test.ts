import { describe, expect, inject, test } from 'vitest'
import { ask, storedName } from './ask.ts'
import { fakeServer } from './fake-server.ts'
import {
  changed,
  connect,
  drivers,
  insert,
  key,
  opened,
  ownServer,
  record,
  soon,
} from './support.ts'

const standingKey = key()

describe.each(drivers)('by %s', (client) => {
  describe('what is no answer to the question rejects', () => {
    const standing = standingKey

    test.each([
      ['an error of the server', 'SERVER_ERROR out of memory writing get response\r\n'],
      ['an unknown command', 'ERROR\r\n'],
      ['an error of ours', 'CLIENT_ERROR bad\r\n'],
      ['the answer to a write', 'STORED\r\n'],
      ['the refusal of a write', 'NOT_STORED\r\n'],
      ['another key', 'VALUE other 0 1 1\r\nx\r\nEND\r\n'],
      ['no Memcached at all', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
      ['a length that is none', 'VALUE x 0 y\r\nEND\r\n'],
      ['a number', '7\r\n'],
    ])('a read: %s', async (_, nonsense) => {
      const url = await fakeServer((line) => (line.startsWith('gets') ? nonsense : undefined))
      const repository = await opened(url, { client })
      const read = repository.read([standing], AbortSignal.timeout(1_000))
      await expect(read).rejects.toBeDefined()
      // The next connection is as good as new.
      expect(await repository.write([{ record: record(), expected: null }], soon())).toEqual([true])
    })

    test.each([
      ['an error of ours', 'CLIENT_ERROR bad data chunk\r\n'],
      ['an unknown command', 'ERROR\r\n'],
      ['the answer to a read', 'END\r\n'],
    ])('a write: %s, and that connection is used no more', async (_, nonsense) => {
      let connections = 0
      const url = await fakeServer((line) => {
        if (line === 'stats') connections++
        return line.startsWith('add') ? nonsense : undefined
      })
      const repository = await opened(url, { client })
      const before = connections
      const write = repository.write([{ record: record(), expected: null }], soon())
      await expect(write).rejects.toBeDefined()
      expect(await repository.read([standing], soon())).toEqual([null])
      expect(connections).toBe(before + 1)
    })

    test('a write: out of memory', async () => {
      const nonsense = 'SERVER_ERROR out of memory storing object\r\n'
      const url = await fakeServer((line) => (line.startsWith('add') ? nonsense : undefined))
      const repository = await opened(url, { client })
      const write = repository.write([{ record: record(), expected: null }], soon())
      await expect(write).rejects.toBeDefined()
      expect(await repository.read([standing], soon())).toEqual([null])
    })

    test('one answer too many: nobody gets the answer of another', async () => {
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
      await expect(repository.write(batch, soon())).rejects.toBeDefined()
      expect(await repository.read([standing], soon())).toEqual([null])
    })
  })

  test('one entry that cannot be sent leaves nobody’s rejection behind', async () => {
    const url = await fakeServer((line) => (line.startsWith('add') ? 'ERROR\r\n' : undefined))
    const repository = await opened(url, { client })
    const [good, bad] = [
      record({ key: '0'.repeat(64) }),
      record({ key: 'f'.repeat(64), body: 'é' }),
    ]
    const batch = [good, bad].map((each) => ({ record: each, expected: null }))
    await expect(repository.write(batch, soon())).rejects.toThrow('printable ASCII')
    // What was sent before is refused now, and the runner hears of every stray rejection.
    await repository.read([standingKey], soon()).catch(() => undefined)
  })

  test('no byte of a record or a namespace becomes a command', async () => {
    const server = inject('memcached')
    const namespace = ['$& $1 $` \r\nflush_all\r\n', 'x'.repeat(900)].join(' ')
    const repository = await opened(server, { client, namespace })
    const stored = await insert(repository, { body: '$& $1 $$ $` %24' })
    expect(await repository.read([stored.key], soon())).toEqual([stored])
    const name = storedName(stored.key, namespace)
    expect(name).toMatch(/^tokenward-[0-9a-f]{32}-[0-9a-f]{64}$/)
    expect(await ask(server, `get ${name}`, /END\r\n$/)).not.toContain('$')
  })

  test.each(['$&', '\r\nflush_all\r\n', 'a b', 'x'.repeat(300)])(
    'the key %j is refused before anything is sent',
    async (hostile) => {
      const repository = await opened(undefined, { client })
      const canary = await insert(repository)
      await expect(repository.read([hostile], soon())).rejects.toThrow('hex digits')
      const write = { record: { ...record(), key: hostile }, expected: null }
      await expect(repository.write([write], soon())).rejects.toThrow('hex digits')
      expect(await repository.read([canary.key], soon())).toEqual([canary])
    },
  )

  test('a full memory that may not forget: rejected, and not said to be stored', async () => {
    const { url } = await ownServer({ m: '2', M: '' })
    const repository = connect(url, { client })
    expect(await repository.open()).toMatchObject([{ code: 'eviction-disabled' }])
    const body = 'x'.repeat(4_000)
    const stored: string[] = []
    const fill = async () => {
      for (;;) stored.push((await insert(repository, { body })).key)
    }
    await expect(fill()).rejects.toThrow(/memory|lost|did not store/)
    const found = await repository.read(stored.slice(-100), soon())
    expect(found.filter((each) => each === null)).toEqual([])
  })

  test('without cas every replacement is rejected, and nothing is overwritten', async () => {
    const { url } = await ownServer({ C: '' })
    const repository = connect(url, { client })
    expect(await repository.open()).toMatchObject([{ code: 'cas-disabled' }])
    const standing = await insert(repository)
    const write = [{ record: changed(standing), expected: standing.etag }]
    await expect(repository.write(write, soon())).rejects.toThrow('did not store')
    expect(await repository.read([standing.key], soon())).toEqual([standing])
  })

  test('a cas id of before a restart overwrites nothing', async () => {
    const { url, kill, start } = await ownServer()
    const repository = await opened(url, { client, ring: 'x', namespace: 'n' })
    const before = await insert(repository)
    expect(await repository.read([before.key], soon())).toEqual([before])
    await kill()
    await start()
    // Another process stores another record there, which gets the same id.
    const other = await opened(url, { client, ring: 'x', namespace: 'n' })
    const after = changed(before)
    expect(await other.write([{ record: after, expected: null }], soon())).toEqual([true])
    const late = { record: changed(before), expected: before.etag }
    const answer = await repository.write([late], soon()).catch(() => 'rejected')
    expect(answer).not.toEqual([true])
    expect(await other.read([before.key], soon())).toEqual([after])
    expect(await repository.write([late], soon())).toEqual([false])
  })
})
