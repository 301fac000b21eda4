import * as v from 'valibot'
import type { Context } from '../context.ts'
import { isTokenwardError } from '../errors.ts'
import type { RevocationInfo } from '../records/cutoff.ts'
import type { Deadline } from '../store/deadline.ts'
import type { RevocationNote } from '../types/revoke-options.ts'
import { checkSealedSize, fitsTwice } from './data-size.ts'
import type { Place } from './envelope.ts'
import { keyIdOf } from './header.ts'
import { noteKeyId } from './key-ids.ts'

const text = v.optional(v.string())

// Without defaults and with unknown members ignored: a later version may seal more.
const contentsSchema = v.object({
  subject: text,
  client: text,
  session: text,
  jti: text,
  label: text,
  data: v.optional(v.custom<object>((value) => typeof value === 'object' && value !== null)),
})

/** What is sealed in the record of a token or session. */
export type Contents = v.InferOutput<typeof contentsSchema>

const noteSchema = v.object({ note: v.object({ reason: text, actor: text }) })

/** What was opened; without `sealed` in the record it is empty. */
export type OpenedContents =
  | { readonly contents: Contents }
  /** The id of the key that is missing or does not fit. */
  | { readonly unreadable: string; readonly cause?: unknown }

/**
 * Seals the names of a record, its label and its data.
 * @returns `undefined`: the instance does not seal; or there are only names, and the KMS failed or they are
 * too large
 * @throws `TOKENWARD_KEYS_UNAVAILABLE`: there is data or a label, and the KMS failed
 */
export async function sealContents(
  context: Context,
  contents: Contents,
  place: Place,
  deadline: Deadline,
): Promise<string | undefined> {
  const { sealing } = context
  if (sealing === null) return undefined
  const isRequired = contents.data !== undefined || contents.label !== undefined
  if (!isRequired) return sealIfPossible(context, contents, place, deadline)
  await noteKeyId(context, deadline)
  const sealed = await sealing.seal(contents, place, deadline)
  checkSealedSize(sealed, context.capabilities)
  return sealed
}

/**
 * Seals a note. A KMS that fails must not keep a revocation from happening: then there is no note.
 * @returns what to store, and the note as the result of the call may show it
 */
export async function sealNote(
  context: Context,
  note: RevocationNote,
  place: Place,
  deadline: Deadline,
): Promise<SealedNote> {
  if (context.sealing === null || Object.keys(note).length === 0)
    return { stored: note, shown: note }
  const sealed = await sealIfPossible(context, { note }, place, deadline)
  return sealed === undefined ? { stored: {}, shown: {} } : { stored: { sealed }, shown: note }
}

interface SealedNote {
  readonly stored: Pick<RevocationInfo, 'reason' | 'actor' | 'sealed'>
  readonly shown: RevocationNote
}

async function sealIfPossible(
  context: Context,
  contents: object,
  place: Place,
  deadline: Deadline,
): Promise<string | undefined> {
  const { sealing } = context
  if (sealing === null || sealing.isFailing()) return undefined
  try {
    const sealed = await deadline.runHalf(async (half) => {
      await noteKeyId(context, half)
      return sealing.seal(contents, place, half)
    })
    return fitsTwice(sealed, context.capabilities) ? sealed : undefined
  } catch (error) {
    // The KMS, or the store while the id of the key was noted: the call itself may still succeed.
    if (isTokenwardError(error) && error.retryable) return undefined
    throw error
  }
}

/** Opens what is sealed in a record. Emits `unreadable` where it does not open. */
export async function openContents(
  context: Context,
  sealed: string | undefined,
  place: Place,
  deadline: Deadline,
): Promise<OpenedContents> {
  return sealed === undefined
    ? { contents: {} }
    : openAs(context, contentsSchema, sealed, place, deadline)
}

/** The revocation with its note opened; without the note where it does not open. */
export async function openNote<T extends RevocationInfo | undefined>(
  context: Context,
  info: T,
  place: Place,
  deadline: Deadline,
): Promise<T> {
  if (info?.sealed === undefined) return info
  const opened = await openAs(context, noteSchema, info.sealed, place, deadline)
  return 'contents' in opened ? { ...info, ...opened.contents.note } : info
}

async function openAs<T>(
  context: Context,
  schema: v.GenericSchema<unknown, T>,
  sealed: string,
  place: Place,
  deadline: Deadline,
): Promise<{ readonly contents: T } | { readonly unreadable: string; readonly cause?: unknown }> {
  const opened = (await context.sealing?.open(sealed, place, deadline)) ?? {
    unreadable: keyIdOf(sealed),
  }
  const parsed = 'contents' in opened ? v.safeParse(schema, opened.contents) : null
  if (parsed?.success) return { contents: parsed.output }
  const unreadable = 'unreadable' in opened ? opened : { unreadable: keyIdOf(sealed) }
  context.events.emit('unreadable', { record: place.key, keyId: unreadable.unreadable })
  return unreadable
}
