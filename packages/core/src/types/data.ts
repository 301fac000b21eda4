import type { Reason } from '../decision/types.ts'
import type { RevocationScope } from '../scopes/scopes.ts'
import type { Listed, RecordNames } from './inspection.ts'

/** A session, as {@link Tokenward.sessions} returns it. */
export interface ListedSession<D extends object = object> extends RecordNames {
  /** The key of the record, for `revoke({ record })`. */
  readonly record: string
  /** When it began, in ms since 1970. */
  readonly createdAt: number
  /** When its refresh token was rotated last, or when it began, in ms since 1970. */
  readonly lastUsedAt: number
  /** When its current refresh token expires, in ms since 1970. */
  readonly expiresAt: number
  /** When it ends, however often it is refreshed, in ms since 1970. */
  readonly endsAt: number
  /** Whether its current refresh token is accepted now. */
  readonly active: boolean
  /** Missing if `active`. */
  readonly reason?: Reason
  /** The scope of the record that decided, if a record did. */
  readonly decidedBy?: RevocationScope
  /** With the option `data`: `null` where there is none, or where it cannot be opened. */
  readonly data?: D | null
}

/** One page of sessions, the newest first. */
export interface SessionPage<D extends object = object> {
  readonly items: readonly ListedSession<D>[]
  /**
   * Pass it to {@link Tokenward.sessions} for the next page. Missing on the last page. With `client`, a page
   * may have fewer sessions than `limit`, or none, and still a cursor.
   */
  readonly cursor?: string
}

/** The options of {@link Tokenward.sessions}. */
export interface SessionsOptions {
  /**
   * Whether each session has its `data`.
   * @default false
   */
  readonly data?: boolean
  /**
   * The largest number of sessions in the page, from 1 to 1,000.
   * @default 100
   */
  readonly limit?: number
  /** The `cursor` of the previous page. */
  readonly cursor?: string
}

/** The options of {@link Tokenward.reseal}. */
export interface ResealOptions {
  /**
   * The largest number of records to look at. Continue with the `cursor` of the result.
   * @default no limit
   */
  readonly limit?: number
  /** The `cursor` of an earlier result. */
  readonly cursor?: string
  /**
   * Changes nothing, and counts what would be sealed anew.
   * @default false
   */
  readonly dryRun?: boolean
  /** Once it is aborted, the call ends after the batch that is under way, and its result has a `cursor`. */
  readonly signal?: AbortSignal
  /** Is called after each batch, with what was done so far. */
  readonly onProgress?: (progress: ResealProgress) => void
}

/** What {@link Tokenward.reseal} has done so far. */
export interface ResealProgress {
  /** How many records were looked at. */
  readonly scanned: number
  /** How many were sealed with the current key, or with `dryRun` would be. */
  readonly resealed: number
}

/** The options of {@link Tokenward.erase}. */
export interface EraseOptions {
  /** Is called after each batch, with the number of records emptied so far. */
  readonly onProgress?: (erased: number) => void
}

/**
 * The result of {@link Tokenward.data}. `active` tells whether the token or session is accepted now.
 * @typeParam D your data
 */
export type StoredData<D extends object = object> =
  | ({ readonly found: true; readonly data: D | null } & Listed)
  | { readonly found: false }

/**
 * The result of {@link Tokenward.updateData}. Not updated: the token or session is not accepted any more,
 * or what is stored cannot be opened (`unreadable`).
 * @typeParam D your data
 */
export type DataUpdate<D extends object = object> =
  | { readonly updated: true; readonly data: D | null }
  | {
      readonly updated: false
      readonly reason: Reason | 'unreadable'
      readonly decidedBy?: RevocationScope
    }

/** The result of {@link Tokenward.reseal}. */
export interface Resealed extends ResealProgress {
  /** By the id of a key: how many sealed texts it still seals, after this call. */
  readonly keys: Readonly<Record<string, number>>
  /**
   * How many texts keep their earlier key: it is missing, they were changed, or they are too large with the
   * header of the current key. With `dryRun` only those whose key is missing.
   */
  readonly unreadable: number
  /** There is more: call again with it. Missing at the end. */
  readonly cursor?: string
}

/** The result of {@link Tokenward.erase}. */
export interface Erased {
  /** Since when the subject is revoked, in ms since 1970. */
  readonly at: number
  /** How many records were emptied. A second call finds none. */
  readonly erased: number
}
