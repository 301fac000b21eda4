import { expect, test } from 'vitest'
import { haveStrace } from './durability/strace.ts'
import { countSynced, syncedWrites } from './durability/synced-writes.ts'
import { newFile, prepared } from './support.ts'

const ACK = '9 access("/tokenward-acknowledged", F_OK) = -1 ENOENT'

test.skipIf(!haveStrace())(
  'without synchronous = FULL, writes are acknowledged before the sync',
  async () => {
    const file = newFile()
    await prepared(file)
    const synced = await syncedWrites(`${file}#synchronous=NORMAL`, 'control', 50)
    expect(synced).toBeLessThan(25)
  },
)

test('an acknowledgement counts after a successful sync', () => {
  const trace = [
    '9 fsync(20</tokens.db-wal>) = 0',
    ACK,
    '9 fdatasync(20</tokens.db-wal> <unfinished ...>',
    '9 <... fdatasync resumed>) = 0',
    ACK,
  ]
  expect(countSynced(trace.join('\n'))).toBe(2)
})

test('an acknowledgement without a sync, or after a failed one, does not count', () => {
  const trace = [
    ACK,
    '9 fsync(20</tokens.db-wal>) = -1 EIO (Input/output error)',
    ACK,
    '9 fsync(20</tokens.db-wal>) = 0',
  ]
  expect(countSynced(trace.join('\n'))).toBe(0)
})
