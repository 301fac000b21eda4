import { describe, expect, test } from 'vitest'
import { type Complete, connect, key, newDatabase, record, soon } from './support.ts'

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
    const repository = connect(await newDatabase())
    await expect(call(repository)).rejects.toMatchObject(closed)
    await repository.open()
    await repository.migrate(false)
    await expect(call(repository)).resolves.toBeDefined()
    await repository.close()
    await expect(call(repository)).rejects.toMatchObject(closed)
  })
})
