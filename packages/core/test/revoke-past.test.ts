import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { createTokenward, generateKeys } from '../src/index.ts'
import { mapRepository } from './map-repository.ts'

const DAY = 86_400_000

test('an expired token that was not pruned yet is revoked with a retention in the future', async () => {
  const records = new Map<string, StoredRecord>()
  let now = Date.now()
  const instance = await createTokenward({
    issuer: 'https://api.example',
    keys: await generateKeys(),
    repository: mapRepository(records),
    clock: () => now,
  })
  const { jti } = await instance.issue({ subject: 'ada', client: 'web', refresh: false })
  now += DAY
  expect(await instance.revoke({ jti })).toMatchObject({ revoked: true, first: true })
  const revoked = [...records.values()].find(({ state }) => state === 'revoked')
  expect(revoked?.retainUntil).toBeGreaterThan(now)
  await instance.close()
})
