import type { StoredRecord } from '../adapter/contract.ts'
import { InvalidInput } from '../errors.ts'
import type { Lookup } from './body.ts'
import { decodeCutoff } from './cutoff.ts'
import { decodeRoot } from './root.ts'
import { decodeSession } from './session.ts'
import { decodeToken } from './token.ts'

const DECODERS: Readonly<Record<string, (record: StoredRecord) => Lookup<unknown>>> = {
  root: decodeRoot,
  cutoff: decodeCutoff,
  session: decodeSession,
  token: decodeToken,
}

/**
 * Core sends no record that it could not read back: one such record would refuse all that it judges,
 * and no later call could repair it.
 * @throws InvalidInput
 */
export function assertReadable(record: StoredRecord): void {
  const { kind, etag, groups, body } = record
  // What the codec gives back as it was; a test holds the two together.
  const isPlain =
    [record.expiresAt, record.retainUntil].every((ms) => Number.isSafeInteger(ms) && ms >= 0) &&
    /^[!-~]{1,64}$/.test(etag) &&
    /^[ -~]*$/.test(body) &&
    groups.every((group) => /^[0-9a-z]+$/.test(group))
  if (isPlain && (DECODERS[kind]?.(record) ?? 'corrupt') !== 'corrupt') return
  throw new InvalidInput('', `a ${kind} record could not be read back, so it was not sent.`)
}
