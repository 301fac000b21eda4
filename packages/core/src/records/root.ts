import * as v from 'valibot'
import type { StoredRecord } from '../adapter/contract.ts'
import { milliseconds } from '../input/primitives.ts'
import { decodeBody, type Lookup } from './body.ts'
import { cutoffEntries } from './cutoff.ts'

/** The layout of all records; a root of another format is another version's. */
export const FORMAT = 1

/** No store ever takes the root away: the last instant that a Date can hold, epoch ms. */
export const FOREVER = 8_640_000_000_000_000

const schema = v.object({
  ...cutoffEntries,
  format: milliseconds,
  /** HMAC by the pepper: a wrong pepper is refused instead of making a second world. */
  pepperCheck: v.string(),
  /** The key of its issuer's cutoff: another issuer in the same namespace is a finding. */
  issuer: v.optional(v.string()),
  /** The longest lifetime of a token, ms, by the instant since when it may be issued. */
  maxLifetimes: v.array(v.object({ since: milliseconds, ms: milliseconds })),
})

/** Of a root that another version wrote, and this one cannot read; `null`: it says none. */
export function formatOf(record: StoredRecord | null | undefined): number | null {
  try {
    const { format } = JSON.parse(record?.body ?? '') as { format?: unknown }
    return Number.isSafeInteger(format) ? (format as number) : null
  } catch {
    return null
  }
}

/** Doubles as the global cutoff. */
export type Root = v.InferOutput<typeof schema>

export function decodeRoot(record: StoredRecord | null): Lookup<Root> {
  const found = decodeBody('root', schema, record)
  return found && found !== 'corrupt' && found.body.maxLifetimes.length === 0 ? 'corrupt' : found
}
