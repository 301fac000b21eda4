import { expect, test } from 'vitest'
import { generateSealingKey, type Tokenward } from '../../src/index.ts'
import { ADA, instance } from '../instance.ts'
import { listingRepository, mapRepository } from '../map-repository.ts'
import { UNSUPPORTED } from './fixtures.ts'

test.each<[string, (tokens: Tokenward) => Promise<unknown>]>([
  ['data', (tokens) => tokens.issue({ ...ADA, data: { a: 1 } })],
  ['label', (tokens) => tokens.issue({ ...ADA, label: 'Firefox' })],
  ['updateData', (tokens) => tokens.updateData({ jti: 'a' }, () => ({ a: 1 }))],
  ['reseal', (tokens) => tokens.reseal()],
])('%s needs a sealing key, and the error names it', async (name, call) => {
  const { tokens } = await instance({ repository: listingRepository() })
  await expect(call(tokens)).rejects.toMatchObject({
    ...UNSUPPORTED,
    message: expect.stringContaining(`'${name}'`),
  })
})

test('a reseal writes nothing in a store that cannot list', async () => {
  const inner = mapRepository()
  let writes = 0
  const repository: typeof inner = {
    ...inner,
    write: (...args) => {
      writes++
      return inner.write(...args)
    },
  }
  const { tokens } = await instance({ repository, sealing: generateSealingKey() })
  writes = 0
  await expect(tokens.reseal()).rejects.toMatchObject(UNSUPPORTED)
  expect(writes).toBe(0)
})
