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
export const levels = ['global', 'issuer', 'client', 'subject', 'subject+client', 'session'] as const

/** The key of each cutoff that a token is subject to. */
export type Scopes = ReadonlyMap<RevocationScope, string>

/** Of whom a token is. Client and subject count within an issuer. */
export interface Who {
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
export function letterOf(level: RevocationScope): string {
  return LETTERS[level]
}

/** The list that a scope's records stand in: the level's letter before its cutoff's key. */
export function groupOf(level: RevocationScope, cutoffKey: string): string {
  return LETTERS[level] + cutoffKey
}

export function groupsOf(scopes: Scopes): string[] {
  return [...scopes]
    .filter(([level]) => level !== 'global')
    .map(([level, key]) => groupOf(level, key))
}

/** The scopes that a record's groups name, with the root's. */
export function scopesOf(groups: readonly string[], root: string): Scopes {
  const scopes = new Map<RevocationScope, string>([['global', root]])
  for (const group of groups) {
    const level = levels.find((l) => LETTERS[l] === group[0])
    if (level !== undefined) scopes.set(level, group.slice(1))
  }
  return scopes
}
