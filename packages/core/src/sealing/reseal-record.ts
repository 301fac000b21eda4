import type { Capabilities } from '../adapter/capabilities.ts'
import type { Context } from '../context.ts'
import { isTokenwardError } from '../errors.ts'
import type { Loaded } from '../records/body.ts'
import type { RevocationInfo } from '../records/cutoff.ts'
import type { Session } from '../records/session.ts'
import type { Deadline } from '../store/deadline.ts'
import { fits } from './data-size.ts'
import type { Place } from './envelope.ts'
import { keyIdOf } from './header.ts'
import { noteKeyId } from './key-ids.ts'
import type { Sealing } from './sealing.ts'

/** The members of a body that may hold a sealed text, whatever the kind of its record. */
interface SealedBody {
  readonly sealed?: string | undefined
  readonly revoked?: RevocationInfo | undefined
  readonly accessRevoked?: RevocationInfo | undefined
}

/** All sealed texts of a record. */
export function sealedTexts(body: SealedBody): string[] {
  const texts = [body.sealed, body.revoked?.sealed, body.accessRevoked?.sealed]
  return texts.filter((text) => text !== undefined)
}

/** The body with each sealed text replaced. */
export function mapTexts<T extends SealedBody>(body: T, map: (text: string) => string): T {
  const inMember = <M extends { readonly sealed?: string | undefined }>(member: M): M =>
    member.sealed === undefined ? member : { ...member, sealed: map(member.sealed) }
  const { revoked, accessRevoked } = body
  return {
    ...inMember(body),
    ...(revoked && { revoked: inMember(revoked) }),
    ...(accessRevoked && { accessRevoked: inMember(accessRevoked) }),
  }
}

/** The body without any sealed text, and without notes in plain text. */
export function emptied<T extends SealedBody>(body: T): T {
  const { sealed: _, revoked, accessRevoked, ...rest } = body
  return {
    ...rest,
    ...(revoked && { revoked: withoutNote(revoked) }),
    ...(accessRevoked && { accessRevoked: withoutNote(accessRevoked) }),
  } as T
}

function withoutNote({ at, id }: RevocationInfo): RevocationInfo {
  return { at, ...(id !== undefined && { id }) }
}

/** Whether a body has nothing left that {@link emptied} would remove. */
export function isEmptied({ sealed, revoked, accessRevoked }: SealedBody): boolean {
  const hasNote = [revoked, accessRevoked].some(
    (info) => (info?.reason ?? info?.actor ?? info?.sealed) !== undefined,
  )
  return sealed === undefined && !hasNote
}

/**
 * The text, sealed anew with the current key.
 * @returns `null`: it cannot be opened, or is too large with the header of the current key
 * @throws `TOKENWARD_KEYS_UNAVAILABLE`
 */
export async function resealText(
  sealing: Sealing,
  capabilities: Capabilities,
  text: string,
  place: Place,
  deadline: Deadline,
): Promise<string | null> {
  const opened = await sealing.open(text, place, deadline)
  if ('contents' in opened) {
    const next = await sealing.seal(opened.contents as object, place, deadline)
    return fits(next, capabilities) ? next : null
  }
  if (isTokenwardError(opened.cause, 'TOKENWARD_KEYS_UNAVAILABLE')) throw opened.cause
  return null
}

/**
 * The session with what is sealed in it under the current key: so live sessions move to a new key without
 * further work. Unchanged where that is not possible: a rotation must not fail for it.
 */
export async function withCurrentSeal(
  context: Context,
  session: Loaded<Session>,
  deadline: Deadline,
): Promise<Loaded<Session>> {
  const { sealing, capabilities } = context
  const { record, body } = session
  const { sealed } = body
  if (sealing === null || sealed === undefined || !sealing.isOutdated(sealed)) return session
  if (sealing.isFailing() || sealing.isFailing(keyIdOf(sealed))) return session
  try {
    const text = await deadline.runHalf(async (half) => {
      await noteKeyId(context, half)
      return resealText(sealing, capabilities, sealed, record, half)
    })
    return text === null ? session : { record, body: { ...body, sealed: text } }
  } catch (error) {
    if (isTokenwardError(error) && error.retryable) return session
    throw error
  }
}
