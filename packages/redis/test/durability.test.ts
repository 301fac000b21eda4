import { runCase } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { canTrace } from './durability/strace.ts'
import { countSynced, syncedWrites } from './durability/synced-writes.ts'
import { VOUCHED } from './repository.ts'
import startRedis from './server.ts'

const REPLY = '9 write(8, ":1\\r\\n", 4) = 4'

// That all are synced is a case of the suite, `power-loss`; this is what it would look like if not.
test.skipIf(!canTrace())('with appendfsync no, acknowledgements come before the sync', async () => {
  const { url, run, stop } = await start('redis', {
    version: '7',
    settings: { appendonly: 'yes', appendfsync: 'no' },
  })
  onTestFinished(stop)
  if (!run) throw new Error('only a server of ours can be watched')
  expect(await syncedWrites({ url, run }, 'control', 50)).toBe(0)
})

test('a reply counts when a sync that succeeded stands before it', () => {
  const trace = [
    '9 fdatasync(20) = 0',
    REPLY,
    '9 fdatasync(20 <unfinished ...>',
    '9 <... fdatasync resumed>) = 0',
    REPLY,
  ]
  expect(countSynced(trace.join('\n'), 2)).toBe(2)
})

test('one that came first, or stands before a failed sync, does not', () => {
  const trace = [REPLY, '9 fdatasync(20) = -1 EIO (Input/output error)', REPLY, '9 fsync(20) = 0']
  expect(countSynced(trace.join('\n'), 2)).toBe(0)
})

/** A server of somebody's own is not to be killed. */
const isTheirs = process.env['TOKENWARD_TEST_REDIS_URL'] !== undefined

// That none is lost is `kill9-server`.
test.skipIf(isTheirs)(
  'one without the file, vouched for all the same, is found out by the suite',
  async () => {
    const server = await startRedis('7', {})
    onTestFinished(() => server.stop())
    const vouched = { ...server, url: `${server.url}${VOUCHED}` }
    const repository = new URL('./repository.ts', import.meta.url)
    const full = process.env['TOKENWARD_FULL'] !== undefined
    const outcome = await runCase('kill9-server', vouched, repository, { full, seed: 9 })
    console.log(outcome.reason)
    expect(outcome).toMatchObject({
      status: 'failed',
      // Where a snapshot kept the root, some are lost; where none did, all is, and all is refused.
      reason: expect.stringMatching(/acknowledged revocations are lost|store has no root record/),
    })
  },
  3_600_000,
)
