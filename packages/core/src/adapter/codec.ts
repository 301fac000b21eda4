import type { StoredRecord } from './contract.ts'
import { decodeOnce } from './decode-once.ts'
import { KINDS, STATES } from './records.ts'

const VERSION = '3'
const SHAPE =
  /^3 ([rcst]) ([acr]) ([!-~]{1,64}) (\d{1,16}) (\d{1,16}) (\d{1,16}) ([\w,-]*) ([ -~]*)$/

/** For stores of plain values: one line of printable ASCII, the body last. */
export function encodeRecord({
  kind,
  state,
  etag,
  createdAt,
  expiresAt,
  retainUntil,
  groups,
  body,
}: StoredRecord): string {
  const times = [createdAt, expiresAt, retainUntil]
  return [VERSION, kind[0], state[0], etag, ...times, groups.join(), body].join(' ')
}

/** @returns `null` where the text is not a record: return {@link corruptRecord} for it */
export const decodeRecord: (key: string, text: string) => StoredRecord | null = decodeOnce(decode)

function decode(key: string, text: string): StoredRecord | null {
  const [, kindLetter, stateLetter, etag, createdAt, expiresAt, retainUntil, groups, body] =
    SHAPE.exec(text) ?? []
  const kind = KINDS.find((name) => name[0] === kindLetter)
  const state = STATES.find((name) => name[0] === stateLetter)
  if (!kind || !state || etag === undefined || body === undefined) return null
  const list = groups ? groups.split(',') : []
  return {
    key,
    kind,
    state,
    etag,
    createdAt: Number(createdAt),
    expiresAt: Number(expiresAt),
    retainUntil: Number(retainUntil),
    groups: list,
    body,
  }
}
