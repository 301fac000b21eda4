import type { TokenRepository } from '@tokenward/core/adapter'
import { describe, expect, test } from 'vitest'
import { changed, connect, deadline, drivers, insert, key, opened, record } from './support.ts'

const calls: Record<string, (repository: TokenRepository) => Promise<unknown>> = {
  read: (repository) => repository.read([key()], deadline()),
  'a read of nothing': (repository) => repository.read([], deadline()),
  write: (repository) => repository.write([{ record: record(), expected: null }], deadline()),
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

  test('a record of another namespace is not found, and not changed', async () => {
    const [a, b] = [await opened(undefined, { client }), await opened(undefined, { client })]
    const ofB = await insert(b)
    expect(await a.read([ofB.key], deadline())).toEqual([null])
    const own = changed(ofB)
    expect(await a.write([{ record: own, expected: ofB.etag }], deadline())).toEqual([false])
    expect(await a.write([{ record: own, expected: null }], deadline())).toEqual([true])
    expect(await a.read([ofB.key], deadline())).toEqual([own])
    expect(await b.read([ofB.key], deadline())).toEqual([ofB])
  })

  test('open() that fails rejects with help, and stays closed', async () => {
    const repository = connect('127.0.0.1:1', { client })
    await expect(repository.open()).rejects.toMatchObject({
      message: expect.stringContaining('start the server'),
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
    })
    await expect(repository.read([key()], deadline())).rejects.toMatchObject({
      code: 'TOKENWARD_CLOSED',
    })
  })
})
