import * as v from 'valibot'
import type { StoredRecord } from '../adapter/contract.ts'
import { milliseconds } from '../input/primitives.ts'
import { decodeBody, type Lookup } from './body.ts'

const info = v.object({
  at: milliseconds,
  reason: v.optional(v.string()),
  actor: v.optional(v.string()),
  /** Of the call that made it: the call's own mark. */
  id: v.optional(v.string()),
})

/** "Everything of this scope issued up to here is dead." An absent field constrains nothing. */
export const cutoffEntries = {
  /** Replaced by "revoke now"; judges managed tokens by equality alone. */
  epoch: v.optional(v.string()),
  /** Replaced by `only: 'access'`; judges managed access tokens. */
  accessEpoch: v.optional(v.string()),
  /** An asked-for past instant; judges all tokens by their issue or login time. Only rises. */
  notBefore: v.optional(milliseconds),
  /** Moved by both kinds of "now"; judges external tokens by `iat`. Only rises. */
  externalBefore: v.optional(milliseconds),
  /** When and why the scope was revoked, and by whom. */
  revoked: v.optional(info),
  /** The same for `only: 'access'`. */
  accessRevoked: v.optional(info),
}

const schema = v.object(cutoffEntries)

/** When, why, by whom. */
export type RevocationInfo = v.InferOutput<typeof info>
export type Cutoff = v.InferOutput<typeof schema>

export function decodeCutoff(record: StoredRecord | null): Lookup<Cutoff> {
  return decodeBody('cutoff', schema, record)
}
