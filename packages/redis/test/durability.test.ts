import { runCase } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { canTrace } from './durability/strace.ts'
import { countSynced, syncedWrites } from './durability/synced-writes.ts'
import { ASSUMED_DURABLE } from './repository.ts'
import startRedis from './server.ts'

const REPLY = '9 write(8, ":1\\r\\n", 4) = 4'

// The case `power-loss` of the suite checks that all writes are synced; this is its counterexample.
test.skipIf(!canTrace())('with appendfsync no, acknowledgements come before the sync', async () => {
  const { url, run, stop } = await start('redis', {
    version: '7',
    settings: { appendonly: 'yes', appendfsync: 'no' },
  })
  onTestFinished(stop)
  if (!run) throw new Error('only a server that the test started can be traced')
  expect(await syncedWrites({ url, run }, 'control', 50)).toBe(0)
})

test('a reply counts as synced after a successful sync', () => {
  const trace = [
    '9 fdatasync(20) = 0',
    REPLY,
    '9 fdatasync(20 <unfinished ...>',
    '9 <... fdatasync resumed>) = 0',
    REPLY,
  ]
  expect(countSynced(trace.join('\n'), 2)).toBe(2)
})

test('a reply before a sync, or after a failed one, does not count', () => {
  const trace = [REPLY, '9 fdatasync(20) = -1 EIO (Input/output error)', REPLY, '9 fsync(20) = 0']
  expect(countSynced(trace.join('\n'), 2)).toBe(0)
})

/** An external server must not be killed. */
const isExternalServer = process.env['TOKENWARD_TEST_REDIS_URL'] !== undefined

// The case `kill9-server` checks that no record is lost; this is its counterexample.
test.skipIf(isExternalServer)(
  'the suite finds lost records on a server without an append-only file',
  async () => {
    const server = await startRedis('7', {})
    onTestFinished(() => server.stop())
    const assumedDurable = { ...server, url: `${server.url}${ASSUMED_DURABLE}` }
    const repository = new URL('./repository.ts', import.meta.url)
    const full = process.env['TOKENWARD_FULL'] !== undefined
    const outcome = await runCase('kill9-server', assumedDurable, repository, { full, seed: 9 })
    console.log(outcome.reason)
    expect(outcome).toMatchObject({
      status: 'failed',
      // With a snapshot of the root record some revocations are lost; without one, every token is refused.
      reason: expect.stringMatching(/acknowledged revocations are lost|store has no root record/),
    })
  },
  3_600_000,
)
