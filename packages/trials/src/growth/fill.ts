import { randomBytes } from 'node:crypto'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { Progress } from '../progress.ts'

const DAY = 86_400_000
const BATCH = 256
const IN_FLIGHT = 8

/** Records like a real one, each of a subject of its own, whose retention ends in a day. */
export async function fill(
  repository: TokenRepository,
  template: StoredRecord,
  count: number,
  progress: Progress,
): Promise<void> {
  let left = count
  const worker = async () => {
    while (left > 0) {
      const records = Array.from({ length: Math.min(BATCH, left) }, () => like(template))
      left -= records.length
      const signal = AbortSignal.timeout(60_000)
      const sorted = records.sort((a, b) => (a.key < b.key ? -1 : 1))
      await repository.write(
        sorted.map((record) => ({ record, expected: null })),
        signal,
      )
      progress.show(count - left)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}

function like(template: StoredRecord): StoredRecord {
  const now = Date.now()
  // The issuer and the client have all records in common; the other scopes are the user's.
  const groups = template.groups.map((group) =>
    group.startsWith('i') || group.startsWith('c') ? group : `${group[0]}${digits()}`,
  )
  const times = { createdAt: now, expiresAt: now + DAY, retainUntil: now + DAY }
  return { ...template, ...times, key: digits(), etag: digits().slice(0, 22), groups }
}

/** As long as the keys of core. */
function digits(): string {
  return randomBytes(18).toString('base64url')
}
