import type { MessageClaims, Target } from '@tokenward/core'
import { isName, isObject } from '../options/values.ts'

/** One event of a SET (RFC 8417 §2.2). */
export interface SecurityEvent {
  /** The URI of the event type, such as that of `session-revoked`. */
  readonly type: string
  /** What the event type defines. Not checked. */
  readonly payload: unknown
  /** The claim `sub_id` (RFC 9493). Not checked. */
  readonly subject: unknown
  /** All claims of the SET, as they were signed. */
  readonly claims: MessageClaims
}

/**
 * The session or user that an event is about (RFC 9493, SSF 1.0 §3). Of a complex subject the session, if it
 * names one, and otherwise the user: also of a device, because sessions are not known by their device.
 * @returns `null`: the subject has another form, or is of another issuer than the SET
 */
export function subjectTargets({ subject, claims }: SecurityEvent): readonly Target[] | null {
  const { iss: issuer, sub, sid: session } = claims
  if (subject === undefined) {
    if (session !== undefined) return [{ issuer, session }]
    return sub === undefined ? null : [{ issuer, subject: sub }]
  }
  if (!isObject(subject)) return null
  if (subject['format'] !== 'complex') return userTargets(subject, issuer)
  const { session: sessionId, user } = subject
  if (sessionId !== undefined) return sessionTargets(sessionId, issuer)
  return isObject(user) ? userTargets(user, issuer) : null
}

function userTargets(
  { format, iss, sub }: Readonly<Record<string, unknown>>,
  issuer: string,
): readonly Target[] | null {
  const isOfIssuer = format === 'iss_sub' && iss === issuer
  return isOfIssuer && isName(sub) ? [{ issuer, subject: sub }] : null
}

function sessionTargets(session: unknown, issuer: string): readonly Target[] | null {
  if (!isObject(session) || session['format'] !== 'opaque') return null
  const { id } = session
  return isName(id) ? [{ issuer, session: id }] : null
}
