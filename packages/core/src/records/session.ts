import * as v from 'valibot'
import type { StoredRecord } from '../adapter/contract.ts'
import { integer, milliseconds } from '../input/primitives.ts'
import { decodeBody, type Lookup } from './body.ts'
import { epochsSchema } from './epochs.ts'

const rotation = v.object({
  /** The generation that was presented. */
  generation: integer(1),
  at: milliseconds,
  /** Of its successor, epoch ms. */
  expiresAt: milliseconds,
  /** The change's random id: whoever finds its own has won. */
  id: v.string(),
})

const schema = v.object({
  id: v.string(),
  generation: integer(1),
  loginAt: milliseconds,
  issuedUnder: epochsSchema,
  /** When the present refresh token expires, ms: after it the login is over if nobody refreshes. */
  refreshUntil: milliseconds,
  /** Of the last grace + skew; at most eight. */
  rotations: v.array(rotation),
  /**
   * A rotation that more than eight others followed within grace + skew. It keeps its instant, so that
   * it settles like any other, however fast somebody rotates.
   */
  wayPoint: v.optional(v.object({ generation: integer(1), at: milliseconds })),
  /** This generation and all before it were rotated longer than grace + skew ago: to present one is reuse. */
  settled: integer(0),
})

/** One login: the chain of refresh tokens that descend from it, in one record. */
export type Session = v.InferOutput<typeof schema>
export type SessionRotation = v.InferOutput<typeof rotation>

export function decodeSession(record: StoredRecord | null): Lookup<Session> {
  return decodeBody('session', schema, record)
}
