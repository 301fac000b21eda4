import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { callerClient } from './caller-client.ts'
import { changed, deadline, drivers, insert, opened, record } from './support.ts'
import { itemName, put } from './tcp-request.ts'

const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')
const whole = '3 t a etag 1700000000000 9999999999999 9999999999999  {}'

const values: [what: string, flags: number, value: string][] = [
  ['JSON that cannot be parsed', 2, '{'],
  ['JSON', 2, '{"a":1}'],
  ['JSON of nothing', 2, 'null'],
  ['a number', 8, '12'],
  ['an invalid number', 8, 'twelve'],
  ['bytes', 4, whole],
  ['bytes, of the other client', 1, whole],
  ['a compressed value', 64, whole],
  ['compressed JSON', 66, bytes],
  ['the largest flags', 4_294_967_295, whole],
  ['a record of version 1', 0, '1 t a etag 9999999999999 9999999999999  {}'],
  ['any text', 0, 'broken'],
  ['an empty value', 0, ''],
  ['all bytes', 0, bytes],
  ['UTF-8', 0, 'Ada Lovelace é 💥'],
  ['the first half of a character', 0, '\xc3'],
  ['a record with DEL', 0, `${whole}\x7f`],
  ['a record with a line break', 0, `${whole}\r\n`],
  ['the end of a reply', 0, 'END'],
  ['the end of a reply, and more', 0, 'END\r\nSTORED\r\nEND'],
  ['another value', 0, 'x\r\nVALUE y 0 1 1\r\nx\r\nEND'],
  ['an error', 0, 'SERVER_ERROR out of memory'],
  ['a megabyte', 0, '\x80'.repeat(1_000_000)],
]

describe.each(drivers)('by %s', (client) => {
  test.each(values)(
    '%s (flags %i) in place of a record is read as corrupt, and can be replaced',
    async (_, flags, value) => {
      const server = inject('memcached')
      const repository = await opened(server, { client })
      const other = await opened(server, { client, namespace: repository.namespace })
      const [first, broken, last] = [
        await insert(repository),
        await insert(repository),
        await insert(repository),
      ]
      await put(server, itemName(broken.key, repository.namespace), value, flags)
      const keys = [first.key, broken.key, last.key]
      const [one, corrupt, three] = await repository.read(keys, deadline())
      expect([one, three]).toEqual([first, last])
      expect(corrupt).toMatchObject({ key: broken.key, kind: 'corrupt' })
      expect(corrupt?.etag).toMatch(/^[!-~]{1,64}$/)

      const expected = corrupt?.etag ?? ''
      const inserts = [{ record: changed(broken), expected: null }]
      expect(await repository.write(inserts, deadline())).toEqual([false])
      const stale = [{ record: changed(broken), expected: broken.etag }]
      expect(await repository.write(stale, deadline())).toEqual([false])
      // Exactly one of two writers replaces it; one of them has not read it.
      const rivals = [changed(broken), changed(broken)]
      const answers = await Promise.all(
        [repository, other].map((each, i) =>
          each.write([{ record: rivals[i] ?? record(), expected }], deadline()),
        ),
      )
      expect(answers.flat().filter(Boolean)).toHaveLength(1)
      const winner = rivals[answers.findIndex(([done]) => done)]
      expect(await other.read([broken.key], deadline())).toEqual([winner])
    },
  )

  test('another corrupt value has another etag', async () => {
    const server = inject('memcached')
    const repository = await opened(server, { client })
    const { key } = await insert(repository)
    const etags = new Set<string | undefined>()
    for (const [flags, value] of [
      [0, 'a'],
      [0, 'b'],
      [2, 'a'],
      [0, 'é'],
      [0, '\xff'],
    ] as const) {
      await put(server, itemName(key, repository.namespace), value, flags)
      etags.add((await repository.read([key], deadline()))[0]?.etag)
    }
    expect(etags.size).toBe(5)
  })

  test('values of the caller are read unchanged on a caller-owned client', async () => {
    const server = inject('memcached')
    const { client: callerOwned, get, end } = callerClient(server, client)
    onTestFinished(end)
    const repository = await opened(callerOwned)
    const stored = await insert(repository)
    const value = `\xc3\xa9 ${'\xe2\x82\xac'.repeat(100_000)}`
    await put(server, 'of-the-caller', value, 0)
    const [found, read] = await Promise.all([
      get('of-the-caller'),
      repository.read([stored.key], deadline()),
    ])
    expect(read).toEqual([stored])
    expect(found).toBe(Buffer.from(value, 'latin1').toString())
  })
})
