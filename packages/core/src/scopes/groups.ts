// The groups of a record: the lists that contain it.
import { type CutoffKeys, type CutoffScope, cutoffScopes, scopeLetter } from './scopes.ts'

/** The name of the list of all records of a scope: its letter and the key of its cutoff. */
export function groupOf(scope: CutoffScope, cutoffKey: string): string {
  return scopeLetter(scope) + cutoffKey
}

export function groupsOf(cutoffKeys: CutoffKeys): string[] {
  return [...cutoffKeys]
    .filter(([scope]) => scope !== 'global')
    .map(([scope, key]) => groupOf(scope, key))
}

// No scope may have this letter.
const SESSION_LIST_LETTER = 'l'

/** The list of the sessions alone of a subject: the list of all its records also has every token. */
export function sessionListOf(cutoffKeys: CutoffKeys): string[] {
  const subject = cutoffKeys.get('subject')
  return subject === undefined ? [] : [SESSION_LIST_LETTER + subject]
}

/** The cutoff keys in the groups of a record, and that of the root record. */
export function cutoffKeysOf(groups: readonly string[], root: string): CutoffKeys {
  const cutoffKeys = new Map<CutoffScope, string>([['global', root]])
  for (const group of groups) {
    const scope = cutoffScopes.find((each) => scopeLetter(each) === group[0])
    if (scope !== undefined) cutoffKeys.set(scope, group.slice(1))
  }
  return cutoffKeys
}
