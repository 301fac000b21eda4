import type { StoredRecord } from '../adapter/contract.ts'
import { InvalidInput } from '../errors.ts'
import { decodeAny } from './decode.ts'

/**
 * Refuses to send a record that core could not read back: it would refuse every token that it applies to,
 * and no later call could repair it.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function assertReadable(record: StoredRecord): void {
  const { kind, etag, groups, body, createdAt, expiresAt, retainUntil } = record
  // Exactly what the codec can encode; a test compares the two.
  const isPlain =
    [createdAt, expiresAt, retainUntil].every((ms) => Number.isSafeInteger(ms) && ms >= 0) &&
    /^[!-~]{1,64}$/.test(etag) &&
    /^[ -~]*$/.test(body) &&
    groups.every((group) => /^[\w-]+$/.test(group))
  if (isPlain && decodeAny(record) !== 'corrupt') return
  throw new InvalidInput(
    '',
    `The ${kind} record could not be read back, so it was not sent: check the arguments of the call for unusual values.`,
  )
}
