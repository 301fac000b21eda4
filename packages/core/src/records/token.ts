import * as v from 'valibot'
import type { StoredRecord } from '../adapter/contract.ts'
import { milliseconds } from '../input/primitives.ts'
import { decodeBody, type Lookup } from './body.ts'
import { epochsSchema } from './epochs.ts'

const schema = v.object({
  /** The random id of the change that made the record. */
  id: v.string(),
  /** Absent in a tombstone. Epoch ms. */
  issuedAt: v.optional(milliseconds),
  /** Of its session, where it has one. Epoch ms. */
  loginAt: v.optional(milliseconds),
  /** Managed tokens; absent for saved and external ones, which are judged by their issue time. */
  issuedUnder: v.optional(epochsSchema),
  consumed: v.optional(
    v.object({ at: milliseconds, id: v.string(), idempotency: v.optional(v.string()) }),
  ),
  revoked: v.optional(
    v.object({
      at: milliseconds,
      id: v.string(),
      reason: v.optional(v.string()),
      actor: v.optional(v.string()),
    }),
  ),
})

/** One token; without `issuedAt` a tombstone: the record of a revoked token that was never stored. */
export type Token = v.InferOutput<typeof schema>

export function decodeToken(record: StoredRecord | null): Lookup<Token> {
  return decodeBody('token', schema, record)
}
