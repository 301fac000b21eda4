import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/index.ts'
import { ADA, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('an answer that arrived while the thread was busy is used, and nothing is aborted', async () => {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  // Again for each question: the start asks for the root.
  let asked = Promise.withResolvers<void>()
  let aborts = 0
  const { tokens } = await instance({ repository: mapRepository(records) })
  const { tokens: busy } = await instance({
    deadline: '1s',
    repository: {
      ...inner,
      read: async (keys, signal) => {
        signal.addEventListener('abort', () => aborts++)
        // In a later turn of the event loop, as a network answers.
        await turn()
        asked.resolve()
        await turn()
        return inner.read(keys, signal)
      },
    },
  })
  const { accessToken } = await tokens.issue(ADA)
  asked = Promise.withResolvers()
  const verified = busy.verify(accessToken)
  await asked.promise
  const begun = performance.now()
  while (performance.now() - begun < 1_100);
  expect(await verified).toMatchObject({ active: true })
  expect(aborts).toBe(0)
})

test('a store that is silent is given up at the deadline', async () => {
  const records = new Map<string, StoredRecord>()
  let silent = false
  const inner = mapRepository(records)
  const { tokens } = await instance({ repository: mapRepository(records) })
  const { tokens: deaf } = await instance({
    deadline: '1s',
    repository: {
      ...inner,
      read: (keys, signal) => (silent ? new Promise(() => {}) : inner.read(keys, signal)),
    },
  })
  const { accessToken } = await tokens.issue(ADA)
  silent = true
  await expect(deaf.verify(accessToken)).rejects.toMatchObject({
    code: 'TOKENWARD_STORE_UNAVAILABLE',
  })
})
