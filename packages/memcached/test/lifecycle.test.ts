import type { TokenRepository } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { changed, connect, drivers, insert, key, opened, record, soon } from './support.ts'

const calls: Record<string, (repository: TokenRepository) => Promise<unknown>> = {
  read: (repository) => repository.read([key()], soon()),
  'a read of nothing': (repository) => repository.read([], soon()),
  write: (repository) => repository.write([{ record: record(), expected: null }], soon()),
}

describe.each(drivers)('by %s', (client) => {
  test.each(Object.entries(calls))(
    '%s rejects before open() and after close()',
    async (_, call) => {
      const closed = { code: 'TOKENWARD_CLOSED' }
      const repository = connect(undefined, { client })
      await expect(call(repository)).rejects.toMatchObject(closed)
      await repository.open()
      await expect(call(repository)).resolves.toBeDefined()
      await repository.close()
      await expect(call(repository)).rejects.toMatchObject(closed)
    },
  )

  test('an already aborted call does nothing', async () => {
    const repository = await opened(undefined, { client })
    const signal = AbortSignal.abort(new Error('too late'))
    const unwritten = record()
    const write = [{ record: unwritten, expected: null }]
    await expect(repository.write(write, signal)).rejects.toBe(signal.reason)
    await expect(repository.read([unwritten.key], signal)).rejects.toBe(signal.reason)
    expect(await repository.read([unwritten.key], soon())).toEqual([null])
  })

  test('open() again and at once is one connection, and close() is idempotent', async () => {
    const repository = await opened(undefined, { client })
    await Promise.all([repository.open(), repository.open()])
    const stored = await insert(repository)
    await repository.close()
    await repository.close()
    await repository.open()
    expect(await repository.read([stored.key], soon())).toEqual([stored])
  })

  test('a key of another namespace is not found, and its record stays', async () => {
    const [a, b] = [await opened(undefined, { client }), await opened(undefined, { client })]
    const ofB = await insert(b)
    expect(await a.read([ofB.key], soon())).toEqual([null])
    const ours = changed(ofB)
    expect(await a.write([{ record: ours, expected: ofB.etag }], soon())).toEqual([false])
    expect(await a.write([{ record: ours, expected: null }], soon())).toEqual([true])
    expect(await a.read([ofB.key], soon())).toEqual([ours])
    expect(await b.read([ofB.key], soon())).toEqual([ofB])
  })

  test('open() that fails leaves it closed, and says what to do', async () => {
    const repository = connect('127.0.0.1:1', { client })
    await expect(repository.open()).rejects.toMatchObject({
      message: expect.stringContaining('start the server'),
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
    })
    await expect(repository.read([key()], soon())).rejects.toMatchObject({
      code: 'TOKENWARD_CLOSED',
    })
  })
})
