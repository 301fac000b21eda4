import type { Context } from '../context.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { bodyOf } from '../records/body.ts'
import { decodeSession } from '../records/session.ts'
import { decodeToken } from '../records/token.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import type { Active } from '../types/results.ts'
import { openContents } from './contents.ts'

/** Reads the data of a token in the same round trip as its records. */
export class RecordData {
  readonly #context: Context
  readonly #token: Authenticated
  readonly #key: string

  private constructor(context: Context, token: Authenticated, key: string) {
    this.#context = context
    this.#token = token
    this.#key = key
  }

  static async of(context: Context, token: Authenticated): Promise<RecordData> {
    const { issuer, session } = token.principal
    const key =
      session === undefined ? token.tokenKey : await context.keyDeriver.session(issuer, session)
    return new RecordData(context, token, key)
  }

  /** The keys to read. */
  get keys(): readonly string[] {
    return [...this.#token.recordKeys, this.#key]
  }

  async addTo<R extends Active>(result: R, seen: Snapshot, deadline: Deadline): Promise<R> {
    const record = seen.get(this.#key) ?? null
    const decode = record?.kind === 'session' ? decodeSession : decodeToken
    const sealed = bodyOf<{ readonly sealed?: string | undefined }>(decode(record))?.sealed
    const place = { kind: record?.kind ?? 'token', key: this.#key }
    const opened = await openContents(this.#context, sealed, place, deadline)
    const { data = null, label } = 'contents' in opened ? opened.contents : {}
    return { ...result, data, ...(label !== undefined && { label }) }
  }
}
