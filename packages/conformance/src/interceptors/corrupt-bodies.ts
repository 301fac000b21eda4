import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { Random } from '../harness/random.ts'
import { deadline } from '../harness/timeouts.ts'

/** Replaces a record by a corrupt version, without core. */
export async function replaceWithCorrupt(
  repository: TokenRepository,
  record: StoredRecord,
  damage: Partial<StoredRecord>,
  random: Random,
): Promise<void> {
  const [now] = await repository.read([record.key], deadline())
  if (!now) throw new Error(`there is no record under ${record.key}`)
  const corrupt = { ...now, ...damage, etag: random.hex(22) }
  const [done] = await repository.write([{ record: corrupt, expected: now.etag }], deadline())
  if (done !== true) throw new Error('the corrupt record was not stored')
}

/** Bodies that no version of core ever wrote, or that belong to other records. */
export function corruptBodies(body: string, random: Random): string[] {
  const at = random.below(Math.max(body.length - 1, 1))
  return [
    '',
    '{',
    'null',
    '[]',
    '{}',
    '"text"',
    '12e999',
    body.slice(0, at),
    `${body}}`,
    `${body.slice(0, at)}~${body.slice(at + 1)}~`,
    '{"__proto__":{"state":"active"}}',
    Array.from({ length: 64 }, () => String.fromCharCode(32 + random.below(95))).join(''),
  ]
}
