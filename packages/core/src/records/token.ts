import * as v from 'valibot'
import { milliseconds } from '../checks.ts'
import type { StoredRecord } from '../repository/contract.ts'
import { birthSchema } from './birth.ts'
import { decodeBody, type Found } from './body.ts'

const schema = v.object({
  /** The random id of the change that made the record. */
  id: v.string(),
  /** Absent in a tombstone. Epoch ms. */
  issuedAt: v.optional(milliseconds),
  /** Of its session, where it has one. Epoch ms. */
  loginAt: v.optional(milliseconds),
  /** Managed tokens; absent for saved and external ones, which are judged by their issue time. */
  birth: v.optional(birthSchema),
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

export function decodeToken(record: StoredRecord | null): Found<Token> {
  return decodeBody('token', schema, record)
}
