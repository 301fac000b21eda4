import { expect, test } from 'vitest'
import { newDatabase } from './support.ts'
import { syncedWrites } from './synced-writes.ts'

// That all are synced is a case of the suite, `power-loss`; this is what it would look like if not.
test('without the guard, acknowledgements come before the disk has them', async () => {
  const url = `${await newDatabase()}#acknowledges-early`
  expect(await syncedWrites(url, 'control', 50)).toBeLessThan(25)
})
