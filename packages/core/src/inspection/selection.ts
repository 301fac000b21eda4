import type { StoredRecord } from '../adapter/contract.ts'
import { groupOf, sessionListOf } from '../scopes/groups.ts'
import { type CutoffKeys, type CutoffScope, sourcesOf } from '../scopes/scopes.ts'

/** Some of the records of a list. */
export interface Selection {
  /** `null`: the list of the namespace. */
  readonly group: string | null
  readonly includes: (record: StoredRecord) => boolean
}

/** The records of a scope: a list, or the part of one that is in the others, too. */
export function selectScope(
  scope: CutoffScope,
  cutoffKeys: CutoffKeys,
  { onlySessions }: { readonly onlySessions: boolean },
): Selection {
  if (scope === 'global') return { group: null, includes: () => true }
  const [listed = scope, ...others] = sourcesOf(scope).toReversed()
  const groupIn = (each: CutoffScope) => groupOf(each, cutoffKeys.get(each) ?? '')
  const [sessionList] = onlySessions && listed === 'subject' ? sessionListOf(cutoffKeys) : []
  return {
    group: sessionList ?? groupIn(listed),
    includes: ({ groups }) => others.every((other) => groups.includes(groupIn(other))),
  }
}
