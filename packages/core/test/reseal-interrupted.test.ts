import { expect, test } from 'vitest'
import { generateSealingKey } from '../src/index.ts'
import { ADA, instance } from './instance.ts'
import { listingRepository } from './map-repository.ts'

/** A store with more than one batch of records, which an earlier key has sealed. */
async function sealedStore() {
  const repository = listingRepository()
  const [earlier, current] = [generateSealingKey(), generateSealingKey()]
  const { tokens: before } = await instance({ repository, sealing: earlier })
  // Each login has two records, and the store has one more, the root.
  await Promise.all(
    Array.from({ length: 60 }, (_, i) => before.issue({ ...ADA, subject: `u${i}`, label: 'x' })),
  )
  const { tokens } = await instance({ repository, sealing: [current, earlier] })
  const missingKeys = async () => {
    const { tokens: without } = await instance({ repository, sealing: current })
    return (await without.health()).findings.map(({ code }) => code)
  }
  return { tokens, missingKeys }
}

test('reseal ends after the batch in which its signal is aborted, and goes on from its cursor', async () => {
  const { tokens } = await sealedStore()
  const interruption = new AbortController()
  const { signal } = interruption
  const first = await tokens.reseal({ signal, onProgress: () => interruption.abort() })
  expect(first).toMatchObject({ scanned: 100, cursor: expect.any(String) })
  const rest = await tokens.reseal({ cursor: first.cursor ?? '' })
  expect(rest.scanned).toBe(21)
  // The root record may be in either batch, and nothing in it is sealed.
  expect(first.resealed + rest.resealed).toBe(120)
  expect(rest).not.toHaveProperty('cursor')
})

test('an interrupted reseal forgets no key', async () => {
  const { tokens, missingKeys } = await sealedStore()
  const { cursor = '' } = await tokens.reseal({ signal: AbortSignal.abort() })
  expect(await missingKeys()).toEqual(['sealing-key-missing'])
  await tokens.reseal({ cursor })
  expect(await missingKeys()).toEqual(['sealing-key-missing'])
  await tokens.reseal({ signal: new AbortController().signal })
  expect(await missingKeys()).toEqual([])
})

test('a signal must be an AbortSignal', async () => {
  const { tokens } = await instance({
    repository: listingRepository(),
    sealing: generateSealingKey(),
  })
  await expect(tokens.reseal({ signal: {} as AbortSignal })).rejects.toMatchObject({
    code: 'TOKENWARD_INVALID_INPUT',
    path: 'options.signal',
  })
})
