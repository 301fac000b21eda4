// Writes records one after the other, and after each acknowledgement makes a system call that a tracer
// sees.
import { accessSync } from 'node:fs'
import repository from '../repository.ts'
import { ACKNOWLEDGED } from './synced-writes.ts'

const [url = '', namespace = '', count = '0'] = process.argv.slice(2)
const store = repository(url, namespace)
await store.open()
await store.migrate?.(false)
const now = Date.now()
for (let n = 1; n <= Number(count); n++) {
  const record = {
    key: n.toString(16).padStart(24, '0'),
    kind: 'token',
    state: 'active',
    etag: crypto.randomUUID(),
    createdAt: now,
    expiresAt: now + 600_000,
    retainUntil: now + 1_200_000,
    groups: [],
    body: '{}',
  } as const
  const [done] = await store.write([{ record, expected: null }], AbortSignal.timeout(200_000))
  if (done !== true) throw new Error(`record ${n} was not stored`)
  try {
    accessSync(ACKNOWLEDGED)
  } catch {
    // It never exists.
  }
}
await store.close()
