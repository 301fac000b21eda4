import { runCase } from '@tokenward/conformance'
import { expect, onTestFinished, test } from 'vitest'
import startPostgres from './server.ts'
import { newDatabase } from './support.ts'
import { syncedWrites } from './synced-writes.ts'

// That all are synced is a case of the suite, `power-loss`; this is what it would look like if not.
test('without the guard, acknowledgements come before the disk has them', async () => {
  const url = `${await newDatabase()}#acknowledges-early`
  expect(await syncedWrites(url, 'control', 50)).toBeLessThan(25)
})

/** A server of somebody's own is not to be killed. */
const isTheirs = process.env['TOKENWARD_TEST_POSTGRES_URL'] !== undefined

// That none is lost is `kill9-server`.
test.skipIf(isTheirs)(
  'without the guard, a server that is killed loses some',
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
