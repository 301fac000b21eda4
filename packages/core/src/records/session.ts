import * as v from 'valibot'
import type { StoredRecord } from '../adapter/contract.ts'
import { integer, milliseconds } from '../input/primitives.ts'
import { decoderOf, type Lookup } from './body.ts'
import { epochs } from './epochs.ts'
import { sealedEntries } from './sealed.ts'

const rotation = v.object({
  /** The generation of the token that was exchanged. */
  generation: integer(1),
  at: milliseconds,
  /** When the successor expires, in ms since 1970. */
  expiresAt: milliseconds,
  /** The random id of the call that rotated: the call recognizes its own rotation by it. */
  id: v.string(),
})

const schema = v.object({
  id: v.string(),
  generation: integer(1),
  loginAt: milliseconds,
  e: epochs,
  a: epochs,
  /** When the current refresh token expires, in ms since 1970. Without a rotation the session ends then. */
  refreshUntil: milliseconds,
  /** Those within the last grace + skew, at most eight. */
  rotations: v.array(rotation),
  /**
   * A rotation that eight others followed within grace + skew. Its time is kept, so it becomes
   * settled like any other, however fast a client rotates.
   */
  wayPoint: v.optional(v.object({ generation: integer(1), at: milliseconds })),
  /** This generation and all earlier ones were rotated longer than grace + skew ago: presenting one is reuse. */
  settled: integer(0),
  ...sealedEntries,
})

/** One login with all refresh tokens that descend from it. */
export type Session = v.InferOutput<typeof schema>
export type SessionRotation = v.InferOutput<typeof rotation>

export const decodeSession: (record: StoredRecord | null) => Lookup<Session> = decoderOf(
  'session',
  schema,
)
