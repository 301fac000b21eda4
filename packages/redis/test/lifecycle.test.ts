import { describe, expect, test } from 'vitest'
import { type Complete, connect, key, prepared, record, soon } from './support.ts'

const calls: Record<string, (repository: Complete) => Promise<unknown>> = {
  read: (repository) => repository.read([key(1)], soon()),
  write: (repository) => repository.write([{ record: record(1), expected: null }], soon()),
  list: (repository) => repository.list(null, null, 10, soon()),
  prune: (repository) => repository.prune(Date.now(), 10, false, soon()),
  watch: (repository) => repository.watch(() => undefined),
  migrate: (repository) => repository.migrate(true),
}

describe.each(Object.entries(calls))('%s', (_, call) => {
  const closed = { code: 'TOKENWARD_CLOSED' }

  test('rejects before open() and after close()', async () => {
    const repository = connect()
    await expect(call(repository)).rejects.toMatchObject(closed)
    await repository.open()
    await expect(call(repository)).resolves.toBeDefined()
    await repository.close()
    await expect(call(repository)).rejects.toMatchObject(closed)
  })
})

test('what was aborted before it began does nothing', async () => {
  const repository = await prepared()
  const signal = AbortSignal.abort(new Error('too late'))
  const write = [{ record: record(1), expected: null }]
  await expect(repository.write(write, signal)).rejects.toBe(signal.reason)
  await expect(repository.read([key(1)], signal)).rejects.toBe(signal.reason)
  await expect(repository.list(null, null, 1, signal)).rejects.toBe(signal.reason)
  await expect(repository.prune(0, 1, false, signal)).rejects.toBe(signal.reason)
  expect(await repository.read([key(1)], soon())).toEqual([null])
})

test('open() again and at once is one connection, and close() twice is peace', async () => {
  const repository = await prepared()
  await Promise.all([repository.open(), repository.open()])
  const stored = record(1)
  await repository.write([{ record: stored, expected: null }], soon())
  await repository.close()
  await repository.close()
  await repository.open()
  expect(await repository.read([stored.key], soon())).toEqual([stored])
})
