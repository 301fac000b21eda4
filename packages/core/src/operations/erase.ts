import { notify } from '../callbacks.ts'
import type { Context } from '../context.ts'
import { CLOCK_MARGIN_MS } from '../decision/decide.ts'
import { parseEraseOptions, parseEraseTarget } from '../input/data.schema.ts'
import { type DecidedRecord, decideRecords } from '../inspection/decided-records.ts'
import { allDone, eachPage, listOf } from '../inspection/pages.ts'
import { isUsable } from '../records/body.ts'
import { decodeAny } from '../records/decode.ts'
import { nextRecord } from '../records/make-record.ts'
import { revokeScope } from '../revocation/revoke-scope.ts'
import { groupOf } from '../scopes/groups.ts'
import type { CutoffScope } from '../scopes/scopes.ts'
import { emptied, isEmptied } from '../sealing/reseal-record.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import type { Snapshot } from '../store/store.ts'
import type { Erased, EraseOptions } from '../types/data.ts'

/** The cutoffs that belong to one subject alone, besides its own: their notes may be about the user. */
const OWN_SCOPES: readonly CutoffScope[] = ['subject+client', 'session']

/** Revokes a subject, and empties the records of that subject which are not accepted any more. */
export async function erase(
  context: Context,
  target: { readonly subject: string },
  options?: EraseOptions,
): Promise<Erased> {
  const { keyDeriver, policy } = context
  const { subject } = parseEraseTarget(target)
  const { onProgress } = parseEraseOptions(options)
  listOf(context)
  const key = (await keyDeriver.cutoffKeys({ issuer: policy.issuer, subject })).get('subject') ?? ''
  const { at } = await revokeScope(
    context,
    { scope: 'subject', key, subject },
    { kind: 'now', note: {} },
  )
  const cutoffs = new Set([key])
  let erased = 0
  for await (const page of eachPage(context, groupOf('subject', key))) {
    const decided = await decideRecords(context, page, context.deadline())
    const ended = decided.filter(({ decision }) => !decision.active)
    for (const cutoff of ended.flatMap(ownCutoffs)) cutoffs.add(cutoff)
    erased += await emptyAll(
      context,
      ended.map(({ record }) => record.key),
    )
    if (onProgress) notify(onProgress, erased as never)
  }
  return { at, erased: erased + (await emptyAll(context, [...cutoffs])) }
}

function ownCutoffs({ described }: DecidedRecord): string[] {
  return OWN_SCOPES.flatMap((scope) => described?.cutoffKeys.get(scope) ?? [])
}

async function emptyAll(context: Context, keys: readonly string[]): Promise<number> {
  const done = await allDone(keys.map((key) => emptyOne(context, key)))
  return done.filter((isErased) => isErased).length
}

/** @returns whether there was something to erase */
function emptyOne(context: Context, key: string): Promise<boolean> {
  const { store, policy } = context
  const plan = (seen: Snapshot): Plan<boolean> => {
    const record = seen.get(key) ?? null
    const found = record && decodeAny(record)
    if (!isUsable(found) || isEmptied(found.body)) return { done: false }
    // Such a record belongs to a token that has expired, and stores refuse to write it.
    if (found.record.retainUntil <= policy.clock() + CLOCK_MARGIN_MS) return { done: false }
    const write = { record: nextRecord(found, emptied(found.body)), expected: found.record.etag }
    return { write, onStored: () => true }
  }
  return updateRecord(store, context.deadline(), [key], plan)
}
