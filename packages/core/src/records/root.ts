import * as v from 'valibot'
import type { StoredRecord } from '../adapter/contract.ts'
import { milliseconds } from '../input/primitives.ts'
import { bodyOf, decoderOf, type Lookup } from './body.ts'
import { cutoffEntries } from './cutoff.ts'

/** The version of the layout of all records. */
export const FORMAT = 2

/** The root record is retained for ever: the latest instant that a Date can hold, in ms since 1970. */
export const FOREVER = 8_640_000_000_000_000

const schema = v.object({
  ...cutoffEntries,
  format: milliseconds,
  /** HMAC by the pepper. With another pepper all keys would be different, and nothing would be revoked. */
  pepperCheck: v.string(),
  /** The key of the issuer's cutoff: a second issuer in the same namespace is a finding. */
  issuer: v.optional(v.string()),
  /** The longest lifetimes of tokens, in ms, each for tokens that were issued since then. */
  maxLifetimes: v.array(v.object({ since: milliseconds, ms: milliseconds })),
  /** The longest leases of instances, in ms, each since then. Missing: no instance has one. */
  leases: v.optional(v.array(v.object({ since: milliseconds, ms: milliseconds }))),
  /** The ids of the keys that have sealed, the latest last, each with its first use in ms since 1970. */
  sealingKeys: v.optional(v.array(v.object({ id: v.string(), since: milliseconds }))),
})

/** The format of a root record that this version may not be able to decode; `null`: unknown. */
export function formatOf(record: StoredRecord | null | undefined): number | null {
  try {
    const { format } = JSON.parse(record?.body ?? '') as { format?: unknown }
    return Number.isSafeInteger(format) ? (format as number) : null
  } catch {
    return null
  }
}

/** The root record. It is also the cutoff of the global scope. */
export type Root = v.InferOutput<typeof schema>

const decode = decoderOf('root', schema)

export function decodeRoot(record: StoredRecord | null): Lookup<Root> {
  const found = decode(record)
  return bodyOf(found)?.maxLifetimes.length === 0 ? 'corrupt' : found
}
