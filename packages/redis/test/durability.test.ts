import { start } from '@tokenward/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { canTrace } from './durability/strace.ts'
import { countSynced, syncedWrites } from './durability/synced-writes.ts'

const REPLY = '9 write(8, ":1\\r\\n", 4) = 4'

// That all are synced is a case of the suite, `power-loss`; this is what it would look like if not.
test.skipIf(!canTrace())('with everysec, acknowledgements come before the sync', async () => {
  const { url, run, stop } = await start('redis', { version: '7', settings: { appendonly: 'yes' } })
  onTestFinished(stop)
  if (!run) throw new Error('only a server of ours can be watched')
  expect(await syncedWrites({ url, run }, 'control', 50)).toBeLessThan(25)
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
