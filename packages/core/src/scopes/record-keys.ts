import type { CutoffKeys } from './scopes.ts'

/** The keys of all records that can apply to a token. */
export interface RecordKeys {
  readonly cutoffKeys: CutoffKeys
  readonly tokenKey: string | null
  readonly sessionKey: string | null
}

export function keysOf({ cutoffKeys, tokenKey, sessionKey }: RecordKeys): string[] {
  return [...cutoffKeys.values(), tokenKey, sessionKey].filter((key) => key !== null)
}
