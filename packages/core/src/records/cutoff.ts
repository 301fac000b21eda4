import * as v from 'valibot'
import type { StoredRecord } from '../adapter/contract.ts'
import { milliseconds } from '../input/primitives.ts'
import { decoderOf, type Lookup } from './body.ts'

const info = v.object({
  at: milliseconds,
  reason: v.optional(v.string()),
  actor: v.optional(v.string()),
  /** The reason and the actor, sealed. */
  sealed: v.optional(v.string()),
  /** The random id of the call that revoked: the call recognizes its own revocation by it. */
  id: v.optional(v.string()),
})

/** "Everything of this scope that was issued up to here is revoked." A missing field revokes nothing. */
export const cutoffEntries = {
  /** Replaced by a revocation of everything. Compared with that of managed tokens, for equality. */
  epoch: v.optional(v.string()),
  /** Replaced by `only: 'access'`. Compared with that of managed access tokens, for equality. */
  accessEpoch: v.optional(v.string()),
  /** Set by `before`. Revokes all tokens whose login or issue time is not later. Never decreases. */
  notBefore: v.optional(milliseconds),
  /** Set by every revocation without `before`. Revokes external tokens by `iat`. Never decreases. */
  externalBefore: v.optional(milliseconds),
  /** When and why the scope was revoked, and the actor. */
  revoked: v.optional(info),
  /** The same for `only: 'access'`. */
  accessRevoked: v.optional(info),
}

const schema = v.object(cutoffEntries)

/** When something was revoked, why, and by which actor. */
export type RevocationInfo = v.InferOutput<typeof info>
export type Cutoff = v.InferOutput<typeof schema>

export const decodeCutoff: (record: StoredRecord | null) => Lookup<Cutoff> = decoderOf(
  'cutoff',
  schema,
)
