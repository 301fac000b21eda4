import type { StoredRecord } from '../adapter/contract.ts'
import type { Lookup } from './body.ts'
import { type Cutoff, decodeCutoff } from './cutoff.ts'
import { decodeRoot, type Root } from './root.ts'
import { decodeSession, type Session } from './session.ts'
import { decodeToken, type Token } from './token.ts'

type AnyBody = Root | Cutoff | Session | Token

const DECODERS: Readonly<Record<string, (record: StoredRecord) => Lookup<AnyBody>>> = {
  root: decodeRoot,
  cutoff: decodeCutoff,
  session: decodeSession,
  token: decodeToken,
}

/** Decodes a record of any kind. */
export function decodeAny(record: StoredRecord): Lookup<AnyBody> {
  return DECODERS[record.kind]?.(record) ?? 'corrupt'
}
