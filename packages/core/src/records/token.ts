import * as v from 'valibot'
import type { StoredRecord } from '../adapter/contract.ts'
import { milliseconds } from '../input/primitives.ts'
import { decoderOf, type Lookup } from './body.ts'
import { epochs } from './epochs.ts'
import { sealedEntries } from './sealed.ts'

const schema = v.object({
  /** The random id of the call that created the record. */
  id: v.string(),
  /** In ms since 1970. Missing in a tombstone. */
  issuedAt: v.optional(milliseconds),
  /** When its session began, in ms since 1970. Missing: at `issuedAt`. */
  loginAt: v.optional(milliseconds),
  /** Of managed tokens. Saved and external tokens have none: their issue time is compared instead. */
  e: v.optional(epochs),
  a: v.optional(epochs),
  consumed: v.optional(
    v.object({ at: milliseconds, id: v.string(), idempotency: v.optional(v.string()) }),
  ),
  revoked: v.optional(
    v.object({
      at: milliseconds,
      id: v.string(),
      reason: v.optional(v.string()),
      actor: v.optional(v.string()),
      sealed: v.optional(v.string()),
    }),
  ),
  ...sealedEntries,
})

/** One token; without `issuedAt` a tombstone: the record of a revoked token that was never stored. */
export type Token = v.InferOutput<typeof schema>

export const decodeToken: (record: StoredRecord | null) => Lookup<Token> = decoderOf(
  'token',
  schema,
)
