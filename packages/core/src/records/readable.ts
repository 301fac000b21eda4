import { InvalidInput } from '../errors/errors.ts'
import { decodeRecord, encodeRecord } from '../repository/codec.ts'
import type { StoredRecord } from '../repository/contract.ts'
import type { Found } from './body.ts'
import { decodeCutoff } from './cutoff.ts'
import { decodeFamily } from './family.ts'
import { decodeRoot } from './root.ts'
import { decodeToken } from './token.ts'

const DECODERS: Readonly<Record<string, (record: StoredRecord) => Found<unknown>>> = {
  root: decodeRoot,
  cutoff: decodeCutoff,
  family: decodeFamily,
  token: decodeToken,
}

/**
 * Core sends no record that it could not read back: one such record would refuse all that it judges,
 * and no later call could repair it.
 * @throws InvalidInput
 */
export function assertReadable(record: StoredRecord): void {
  const back = decodeRecord(record.key, encodeRecord(record))
  const found = DECODERS[record.kind]?.(record) ?? 'damaged'
  if (back !== null && isSame(back, record) && found !== 'damaged') return
  throw new InvalidInput('', `a ${record.kind} record could not be read back, so it was not sent.`)
}

function isSame(a: StoredRecord, b: StoredRecord): boolean {
  const names = ['kind', 'state', 'etag', 'expiresAt', 'retainUntil', 'body'] as const
  return names.every((name) => a[name] === b[name]) && a.groups.join() === b.groups.join()
}
