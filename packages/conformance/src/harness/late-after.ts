import { generateKeyPairSync, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { fairTimeout } from './timeouts.ts'

/** How long a result may take beyond the deadline, ms. */
export const ALLOWANCE = 250

/** About as many as one operation makes and checks. */
const SIGNATURES = 3
const { privateKey } = generateKeyPairSync('ed25519')
const signed = promisify(sign)

/**
 * Aborts when an operation with this deadline, begun now, has taken too long. The deadline covers the
 * store only: on a busy machine signatures wait for each other. The time therefore begins after some
 * signatures that are made in parallel with those of the operation.
 * @param deadline ms
 */
export function lateAfter(deadline: number): AbortSignal {
  const late = new AbortController()
  const abort = () => late.abort()
  void busyness().then(() => fairTimeout(deadline + ALLOWANCE).addEventListener('abort', abort))
  return late.signal
}

async function busyness(): Promise<void> {
  for (let nth = 0; nth < SIGNATURES; nth++) await signed(null, Buffer.alloc(64), privateKey)
}
