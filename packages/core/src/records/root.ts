import * as v from 'valibot'
import type { StoredRecord } from '../repository/contract.ts'
import { decodeBody, type Found, milliseconds } from './body.ts'
import { cutoffEntries } from './cutoff.ts'

/** The layout of all records; a root of another format is another version's. */
export const FORMAT = 1

/** No store ever takes the root away: the last instant that a Date can hold, epoch ms. */
export const FOREVER = 8_640_000_000_000_000

const schema = v.object({
  ...cutoffEntries,
  format: v.number(),
  /** HMAC by the pepper: a wrong pepper is refused instead of making a second world. */
  check: v.string(),
  /** The longest lifetime of a token, ms, by the instant since when it may be issued. */
  longest: v.pipe(v.array(v.object({ since: milliseconds, ms: milliseconds })), v.minLength(1)),
})

/** Doubles as the global cutoff. */
export type Root = v.InferOutput<typeof schema>

export function decodeRoot(record: StoredRecord | null): Found<Root> {
  return decodeBody('root', schema, record)
}
