import type { TokenRepository } from '@tokenward/core'

/** A store, and its driver alone on the same server: what a plain lookup and a plain insert cost. */
export interface Rival {
  /** With its version; says so where it is a stand-in. */
  readonly server: string
  readonly repository: TokenRepository
  /** How many rows `get` may ask for. */
  fill(rows: number): Promise<void>
  /** One row by its primary key. */
  get(row: number): Promise<unknown>
  /** One new row, as durable as the adapter's. */
  insert(row: number): Promise<unknown>
  close(): Promise<void>
}

/** As long as a record of a token is. */
export const PAYLOAD: string = 'x'.repeat(300)

/** As long as the adapters' keys are. */
export function keyOf(row: number): string {
  return row.toString(16).padStart(64, '0')
}
