/** What can be taken back with one key, widest first. */
export type RevocationScope =
  | 'global'
  | 'issuer'
  | 'client'
  | 'subject'
  | 'subject+client'
  | 'session'
  | 'token'

/** The scopes that have a cutoff: "everything of this scope issued up to here is dead". */
export const cutoffScopes = [
  'global',
  'issuer',
  'client',
  'subject',
  'subject+client',
  'session',
] as const

/** The key of each cutoff that a token is subject to. */
export type CutoffKeys = ReadonlyMap<RevocationScope, string>

/** Of whom a token is. Client and subject count within an issuer. */
export interface Principal {
  readonly issuer: string
  readonly subject?: string | undefined
  readonly client?: string | undefined
  readonly session?: string | undefined
}

const LETTERS: Record<RevocationScope, string> = {
  global: 'g',
  issuer: 'i',
  client: 'c',
  subject: 's',
  'subject+client': 'b',
  session: 'f',
  token: 't',
}

/** One letter for a level: in signed claims and in groups, where length counts. */
export function scopeLetter(scope: RevocationScope): string {
  return LETTERS[scope]
}

/** The list that a scope's records stand in: the level's letter before its cutoff's key. */
export function groupOf(scope: RevocationScope, cutoffKey: string): string {
  return LETTERS[scope] + cutoffKey
}

export function groupsOf(cutoffKeys: CutoffKeys): string[] {
  return [...cutoffKeys]
    .filter(([scope]) => scope !== 'global')
    .map(([scope, key]) => groupOf(scope, key))
}

/** The scopes that a record's groups name, with the root's. */
export function cutoffKeysOf(groups: readonly string[], root: string): CutoffKeys {
  const cutoffKeys = new Map<RevocationScope, string>([['global', root]])
  for (const group of groups) {
    const scope = cutoffScopes.find((l) => LETTERS[l] === group[0])
    if (scope !== undefined) cutoffKeys.set(scope, group.slice(1))
  }
  return cutoffKeys
}
