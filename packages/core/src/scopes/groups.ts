// The groups of a record: the lists that contain it.
import type { KeyDeriver } from './keys.ts'
import {
  type CutoffKeys,
  type CutoffScope,
  cutoffScopes,
  scopeLetter,
  sourcesOf,
} from './scopes.ts'

/** The name of the list of all records of a scope: its letter and the key of its cutoff. */
export function groupOf(scope: CutoffScope, cutoffKey: string): string {
  return scopeLetter(scope) + cutoffKey
}

/** The list of all records is none of them, and a scope whose key derives from others is a part of their lists. */
export function groupsOf(cutoffKeys: CutoffKeys): string[] {
  return [...cutoffKeys]
    .filter(([scope]) => scope !== 'global' && sourcesOf(scope).length === 0)
    .map(([scope, key]) => groupOf(scope, key))
}

// No scope may have this letter.
const SESSION_LIST_LETTER = 'l'

/** The list of the sessions alone of a subject: the list of all its records also has every token. */
export function sessionListOf(cutoffKeys: CutoffKeys): string[] {
  const subject = cutoffKeys.get('subject')
  return subject === undefined ? [] : [SESSION_LIST_LETTER + subject]
}

/** The cutoffs that a token is subject to, by the groups of its record. */
export async function cutoffKeysOf(
  groups: readonly string[],
  keyDeriver: KeyDeriver,
): Promise<CutoffKeys> {
  const cutoffKeys = new Map<CutoffScope, string>([['global', keyDeriver.root]])
  for (const scope of cutoffScopes) {
    if (scope === 'global') continue
    const key = cutoffKeyIn(groups, scope) ?? (await keyDeriver.cutoffKey(scope, {}, cutoffKeys))
    if (key !== null) cutoffKeys.set(scope, key)
  }
  return cutoffKeys
}

/** The key of a cutoff in the groups of a record. */
export function cutoffKeyIn(groups: readonly string[], scope: CutoffScope): string | undefined {
  return groups.find((group) => group[0] === scopeLetter(scope))?.slice(1)
}
