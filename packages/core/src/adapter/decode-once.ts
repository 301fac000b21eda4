import { deepFreeze } from '../input/freeze.ts'
import { RecentMap } from '../recent-map.ts'
import type { StoredRecord } from './contract.ts'

/** How many records are remembered, and how long the text of each may be, in characters. */
const REMEMBERED = 4_000
const MAX_REMEMBERED_LENGTH = 1_024

interface Decoded<R> {
  readonly text: string
  readonly record: R
}

/**
 * Makes a decoder that remembers the records it decoded last, and decodes the text under a key again only where
 * it has changed. Records are frozen, because several reads share them.
 * @param decode its result must depend on the key and the text alone
 * @example const toRecord = decodeOnce((key, line) => parse(key, line) ?? corruptRecord(key, fingerprint(line)))
 */
export function decodeOnce<R extends StoredRecord | null>(
  decode: (key: string, text: string) => R,
): (key: string, text: string) => R {
  const decoded = new RecentMap<string, Decoded<R>>(REMEMBERED)
  return (key, text) => {
    const known = decoded.get(key)
    if (known?.text === text) return known.record
    // A text that was cut out of a long reply would keep all of it in memory.
    const copy = structuredClone(text)
    const record = decode(key, copy)
    if (record !== null) deepFreeze(record)
    if (text.length <= MAX_REMEMBERED_LENGTH) decoded.set(key, { text: copy, record })
    return record
  }
}
