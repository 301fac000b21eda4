import type { Capabilities } from '../adapter/capabilities.ts'
import { InvalidInput } from '../errors.ts'

const DEFAULT_BYTES = 16_384
/** What the body of a record holds besides the data: names, a label, epochs, rotations, the JWE header. */
const OTHER_BYTES = 8_192
/** What it holds besides names or notes. */
const OTHER_BYTES_WITHOUT_DATA = 2_048

/**
 * The largest `data`, in bytes of JSON, that fits into a record of this store.
 * @throws `TOKENWARD_INVALID_INPUT`: more was asked for
 */
export function maxDataBytesOf(given: number | undefined, { maxBodyBytes }: Capabilities): number {
  // Base64url makes four characters of three bytes.
  const largest = Math.max(Math.floor(((maxBodyBytes - OTHER_BYTES) * 3) / 4), 0)
  if (given === undefined) return Math.min(DEFAULT_BYTES, largest)
  if (given <= largest) return given
  throw new InvalidInput(
    'maxDataBytes',
    `must be at most ${largest}: the store takes ${maxBodyBytes} bytes per record.`,
  )
}

/** Whether a sealed text fits into the body of a record with data. */
export function fits(sealed: string, { maxBodyBytes }: Capabilities): boolean {
  return sealed.length <= maxBodyBytes - OTHER_BYTES / 2
}

/** Whether two such texts fit into the body of a record: a cutoff may have two notes. */
export function fitsTwice(sealed: string, { maxBodyBytes }: Capabilities): boolean {
  return sealed.length <= (maxBodyBytes - OTHER_BYTES_WITHOUT_DATA) / 2
}

/** Long names leave less for the data. @throws `TOKENWARD_INVALID_INPUT` */
export function checkSealedSize(sealed: string, capabilities: Capabilities): void {
  if (fits(sealed, capabilities)) return
  throw new InvalidInput(
    'data',
    `is too large together with the label and the names: sealed it has ${sealed.length} bytes, and the store takes ${capabilities.maxBodyBytes} per record.`,
  )
}
