import type { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

/** Stands for ES256 in the simulation: 64 bytes, keyed by nothing. Forgers are not in it. */
export function signatureOf(data: Uint8Array | string): Buffer {
  return hash('sha512', data, 'buffer')
}
