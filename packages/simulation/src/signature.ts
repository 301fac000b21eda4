import type { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

/** Replaces ES256 in the simulation: 64 bytes without a key. Forgery is not simulated. */
export function signatureOf(data: Uint8Array | string): Buffer {
  return hash('sha512', data, 'buffer')
}
