import type { Context } from '../context.ts'
import type { Evidence } from '../decision/types.ts'
import { isUsable, type Loaded, type Lookup } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import { type Contents, openContents, openNote } from '../sealing/contents.ts'
import type { Place } from '../sealing/envelope.ts'
import type { Deadline } from '../store/deadline.ts'
import type { RecordCheck, RecordNames } from '../types/inspection.ts'

/** The names that are sealed in a record; none where the instance has no keys at all. */
export async function openNames(
  context: Context,
  sealed: string | undefined,
  place: Place,
  deadline: Deadline,
): Promise<RecordNames & Pick<Contents, 'data'>> {
  if (context.sealing === null || sealed === undefined) return {}
  // A KMS that does not answer must leave time for the pages that follow.
  const opened = await deadline.runHalf((half) => openContents(context, sealed, place, half))
  return 'contents' in opened ? definedOf(opened.contents) : { unreadable: opened.unreadable }
}

// A missing member is missing in the result, too, and not `undefined`.
export function definedOf(contents: Contents): RecordNames & Pick<Contents, 'data'> {
  return Object.fromEntries(Object.entries(contents).filter(([, value]) => value !== undefined))
}

/** The evidence with the notes of all revocations opened. */
export async function openNotes(
  context: Context,
  evidence: Evidence,
  deadline: Deadline,
): Promise<Evidence> {
  if (context.sealing === null) return evidence
  const cutoffs = await Promise.all(
    [...evidence.cutoffs].map(
      async ([scope, found]) => [scope, await openCutoff(context, found, deadline)] as const,
    ),
  )
  const { token } = evidence
  if (!isUsable(token)) return { ...evidence, cutoffs: new Map(cutoffs) }
  const revoked = await openNote(context, token.body.revoked, token.record, deadline)
  const opened = { ...token, body: { ...token.body, revoked } }
  return { ...evidence, cutoffs: new Map(cutoffs), token: opened }
}

/** A cutoff with the notes of its revocations opened. */
export async function openCutoff(
  context: Context,
  found: Lookup<Cutoff>,
  deadline: Deadline,
): Promise<Lookup<Cutoff>> {
  if (context.sealing === null || !isUsable(found)) return found
  const { record, body } = found
  const [revoked, accessRevoked] = await Promise.all([
    openNote(context, body.revoked, record, deadline),
    openNote(context, body.accessRevoked, record, deadline),
  ])
  return { record, body: { ...body, revoked, accessRevoked } }
}

type Sealed = Loaded<{ readonly sealed?: string | undefined }>

/** The checks, those of the token's and the session's record with their names. */
export function withNames(
  context: Context,
  checks: readonly RecordCheck[],
  { token, session = null }: Evidence,
  deadline: Deadline,
): Promise<RecordCheck[]> {
  const found: readonly Sealed[] = [token, session].filter((each) => isUsable<object>(each))
  return Promise.all(
    checks.map(async (check) => {
      const sealed = found.find(({ record }) => record.key === check.record)
      if (!sealed) return check
      const { record, body } = sealed
      const { data: _, ...names } = await openNames(context, body.sealed, record, deadline)
      return Object.keys(names).length === 0 ? check : { ...check, names }
    }),
  )
}
