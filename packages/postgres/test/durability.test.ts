import { runCase } from '@tokenward/conformance'
import { expect, onTestFinished, test } from 'vitest'
import startPostgres from './server.ts'
import { newDatabase } from './support.ts'
import { syncedWrites } from './synced-writes.ts'

// The control for the case `power-loss`, which shows that all writes are synced.
test('without synchronous_commit, writes are acknowledged before they are on the disk', async () => {
  const url = `${await newDatabase()}#acknowledges-early`
  expect(await syncedWrites(url, 'control', 50)).toBeLessThan(25)
})

/** A server that the developer provides is not killed. */
const isExternalServer = process.env['TOKENWARD_TEST_POSTGRES_URL'] !== undefined

// The control for the case `kill9-server`.
test.skipIf(isExternalServer)(
  'without synchronous_commit, a killed server loses acknowledged writes',
  async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const early = { ...server, url: `${server.url}#acknowledges-early` }
    const repository = new URL('./repository.ts', import.meta.url)
    const full = process.env['TOKENWARD_FULL'] !== undefined
    const outcome = await runCase('kill9-server', early, repository, { full, seed: 9 })
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^[1-9]\d* of \d+ acknowledged revocations are lost/),
    })
    console.log(outcome.reason)
  },
  3_600_000,
)
