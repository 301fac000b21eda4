import type {
  Explanation,
  Reason,
  RecordCheck,
  RevocationNote,
  RevocationScope,
} from '@tokenward/core'
import { nameOf } from './users.ts'

const DATE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** @param at in ms since 1970 */
export function formatTime(at: number): string {
  return `${DATE.format(at)} UTC`
}

const REASONS: Readonly<Partial<Record<Reason, string>>> = {
  expired: 'Expired',
  revoked: 'Revoked',
  reused: 'Revoked: an old token was used again',
  consumed: 'Refreshed by another request',
  'not-found': 'Not stored',
  corrupt: 'Unreadable record',
}

export function reasonInWords(reason: Reason | undefined): string {
  return reason === undefined ? 'Active' : (REASONS[reason] ?? 'Not accepted')
}

const SCOPES: Readonly<Record<RevocationScope, string>> = {
  global: 'Revocation of everything',
  issuer: 'Revocation of this server',
  client: 'Revocation of the application',
  subject: 'Revocation of the user',
  'subject+client': 'Revocation of the user at this application',
  session: 'Revocation of this session',
  token: 'Revocation of a token',
}

export function scopeInWords(scope: RevocationScope): string {
  return SCOPES[scope]
}

const FOUND: Readonly<Record<RecordCheck['found'], string>> = {
  none: 'No record',
  active: 'Record',
  consumed: 'Record, used',
  revoked: 'Record, revoked',
  corrupt: 'Unreadable',
}

export function foundInWords(found: RecordCheck['found']): string {
  return FOUND[found]
}

/** What a user reads who was signed out. */
export interface SignedOutText {
  readonly title: string
  readonly text: string
  /** What support wrote for the user. */
  readonly reason?: string
}

/** The reason that the endpoint `logout` notes. */
const LOGOUT = 'logout'

/** How a session ended, and what support wrote for the user. */
export function endInWords({ reason, note }: Pick<Explanation, 'reason' | 'note'>): {
  readonly state: string
  readonly reason?: string
} {
  if (reason !== 'revoked') return { state: reasonInWords(reason) }
  if (note?.reason === LOGOUT) return { state: 'Signed out' }
  const state = reasonInWords(reason)
  return note?.reason === undefined ? { state } : { state, reason: note.reason }
}

export function signedOutText(result: Explanation): SignedOutText {
  const { reason, note, at } = result
  if (reason === 'expired')
    return { title: 'Your session has expired', text: 'Log in again to continue.' }
  if (reason === 'reused')
    return {
      title: 'You were signed out for your safety',
      text: 'A token of this session that had been replaced was used again. It may have been copied, so the session was ended.',
    }
  if (reason !== 'revoked')
    return { title: 'You are signed out', text: 'This session is not accepted any more.' }
  if (note?.reason === LOGOUT)
    return {
      title: 'You signed this device out',
      text: `It was done from one of your devices${onDate(at)}.`,
    }
  return byOthers(note, at, result.decidedBy)
}

function byOthers(
  note: RevocationNote | undefined,
  at: number | undefined,
  scope: RevocationScope | undefined,
): SignedOutText {
  const actor = note?.actor === undefined ? 'Support' : `${nameOf(note.actor)} from support`
  const text = `${actor} ended ${whatWasEnded(scope)}${onDate(at)}.`
  const title = 'Your session was ended'
  return note?.reason === undefined ? { title, text } : { title, text, reason: note.reason }
}

function whatWasEnded(scope: RevocationScope | undefined): string {
  if (scope === 'subject') return 'all your sessions'
  if (scope === 'client') return 'all sessions of this application'
  return 'this session'
}

function onDate(at: number | undefined): string {
  return at === undefined ? '' : ` on ${formatTime(at)}`
}
