import type { RecordNames } from '@tokenward/core'
import { joinNonEmpty, printable } from './format.ts'

/** Why there are no names; `null`: nothing that is sealed is missing. */
export function formatSealed({ unreadable }: RecordNames): string | null {
  if (unreadable === undefined) return null
  return unreadable === '' ? 'sealed, unreadable' : `sealed with ${unreadable} (not available)`
}

/** `ada at web, session s1, "Firefox on Linux"`; empty: there are no names. */
export function formatNames(names: RecordNames = {}): string {
  const { subject, client, session, jti, label } = names
  const parts = [
    joinNonEmpty(subject, client !== undefined && `at ${client}`),
    session !== undefined && `session ${session}`,
    jti !== undefined && `token ${jti}`,
    label !== undefined && `"${label}"`,
    formatSealed(names) ?? '',
  ]
  return printable(parts.filter((part) => part).join(', '))
}
