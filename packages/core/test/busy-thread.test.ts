import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { ADA, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a reply that arrived while the thread was blocked is used, and the call is not aborted', async () => {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  // Replaced below: the start reads the root record.
  let readStarted = Promise.withResolvers<void>()
  let aborts = 0
  const { tokens } = await instance({ repository: mapRepository(records) })
  const { tokens: busy } = await instance({
    deadline: '3s',
    repository: {
      ...inner,
      read: async (keys, signal) => {
        signal.addEventListener('abort', () => aborts++)
        // In a later turn of the event loop, as a network reply arrives.
        await turn()
        readStarted.resolve()
        await turn()
        return inner.read(keys, signal)
      },
    },
  })
  const { accessToken } = await tokens.issue(ADA)
  readStarted = Promise.withResolvers()
  const verified = busy.verify(accessToken)
  await readStarted.promise
  const begun = performance.now()
  while (performance.now() - begun < 3_100);
  expect(await verified).toMatchObject({ active: true })
  expect(aborts).toBe(0)
})

test('a store that does not reply makes the call reject at the deadline', async () => {
  const records = new Map<string, StoredRecord>()
  let isSilent = false
  const inner = mapRepository(records)
  const { tokens } = await instance({ repository: mapRepository(records) })
  const { tokens: waiting } = await instance({
    deadline: '3s',
    repository: {
      ...inner,
      read: (keys, signal) => (isSilent ? new Promise(() => {}) : inner.read(keys, signal)),
    },
  })
  const { accessToken } = await tokens.issue(ADA)
  isSilent = true
  await expect(waiting.verify(accessToken)).rejects.toMatchObject({
    code: 'TOKENWARD_STORE_UNAVAILABLE',
  })
})
