import type { TokenRepository } from '@tokenward/core'
import type { BetterAuthOptions } from 'better-auth'

/** Repositories, and a lookup and an insert with its driver alone on the same server. */
export interface MeasuredStore {
  /** The name and version of the server, and whether it is a stand-in. */
  readonly server: string
  /** Its figures say nothing about the real server, so no report has them. */
  readonly isStandIn?: boolean
  repository(namespace: string): TokenRepository
  /** The CPU time that the server has used until now, in µs; absent where it has no container of its own. */
  serverCpu?(): Promise<number>
  /** Makes the rows that `get` reads, where they are missing. */
  fill(rows: number): Promise<void>
  /** Reads one row by its primary key. */
  get(row: number): Promise<unknown>
  /** The same, where the driver can send the commands of one turn of the event loop together. */
  getPipelined?(row: number): Promise<unknown>
  /** The same by Keyv, where it has an adapter for this store. */
  getByKeyv?(row: number): Promise<unknown>
  /** Where better-auth can keep its sessions in this store. */
  readonly betterAuth?: Pick<BetterAuthOptions, 'database' | 'secondaryStorage'>
  /** Where statements can be written by hand. */
  readonly sessions?: PlainSessions
  /** Inserts one new row with the same durability as the adapter. */
  insert(row: number): Promise<unknown>
  close(): Promise<void>
}

/** Sessions with a generation, as one writes them by hand. */
export interface PlainSessions {
  start(session: number): Promise<unknown>
  /** Counts the generation up where it is the stored one, and inserts a row for the new access token. */
  rotate(session: number, generation: number, jti: string): Promise<boolean>
}

/** As long as the record of a token. */
export const PAYLOAD: string = 'x'.repeat(300)

/** A key as long as those of the adapters. */
export function keyOf(row: number): string {
  return row.toString(16).padStart(24, '0')
}
