import type { ListPosition, StoredRecord } from '../adapter/contract.ts'
import { notify } from '../callbacks.ts'
import type { Context } from '../context.ts'
import { CLOCK_MARGIN_MS } from '../decision/decide.ts'
import { parseResealOptions, requireSealing } from '../input/data.schema.ts'
import { cursorOf } from '../input/operations.schema.ts'
import { allDone, eachPage, listOf } from '../inspection/pages.ts'
import { isUsable } from '../records/body.ts'
import { decodeAny } from '../records/decode.ts'
import { nextRecord } from '../records/make-record.ts'
import { keyIdOf } from '../sealing/header.ts'
import { forgetUnused, noteKeyId } from '../sealing/key-ids.ts'
import { mapTexts, resealText, sealedTexts } from '../sealing/reseal-record.ts'
import type { Sealing } from '../sealing/sealing.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import type { Snapshot } from '../store/store.ts'
import type { Resealed, ResealOptions } from '../types/data.ts'

/** Seals what earlier keys have sealed with the current one, page by page. */
export async function reseal(context: Context, options?: ResealOptions): Promise<Resealed> {
  const { sealing } = context
  const {
    limit = Number.POSITIVE_INFINITY,
    cursor,
    dryRun,
    signal,
    onProgress,
  } = parseResealOptions(options)
  requireSealing('reseal', sealing !== null)
  listOf(context)
  const run = new ResealRun(context, dryRun)
  if (!dryRun) await noteKeyId(context, context.deadline())
  let last: ListPosition | null = null
  let isEnded = true
  for await (const page of eachPage(context, null, cursor ?? null)) {
    const wanted = page.slice(0, limit - run.scanned)
    await run.reseal(wanted)
    last = wanted.at(-1) ?? null
    if (onProgress) notify(onProgress, { scanned: run.scanned, resealed: run.resealed } as never)
    isEnded = run.scanned < limit && !signal?.aborted
    if (!isEnded) break
  }
  if (isEnded && cursor === undefined && !dryRun)
    await forgetUnused(context, run.keys, context.deadline())
  const { scanned, resealed, unreadable } = run
  const result = { scanned, resealed, unreadable, keys: Object.fromEntries(run.keys) }
  return isEnded || last === null ? result : { ...result, cursor: cursorOf(last) }
}

class ResealRun {
  scanned = 0
  resealed = 0
  unreadable = 0
  /** How many texts each key seals. */
  readonly keys = new Map<string, number>()
  readonly #context: Context
  readonly #sealing: Sealing
  readonly #dryRun: boolean

  constructor(context: Context, dryRun: boolean) {
    this.#context = context
    this.#sealing = context.sealing as Sealing
    this.#dryRun = dryRun
  }

  async reseal(page: readonly StoredRecord[]): Promise<void> {
    const prunedSoon = this.#context.policy.clock() + CLOCK_MARGIN_MS
    // Such a record belongs to a token that has expired, and stores refuse to write it.
    const kept = page.filter(({ retainUntil }) => retainUntil > prunedSoon)
    await allDone(kept.map((record) => this.#resealOne(record)))
    this.scanned += page.length
  }

  async #resealOne(record: StoredRecord): Promise<void> {
    const { store } = this.#context
    const { key } = record
    const initial = new Map([[key, record]])
    const plan = (seen: Snapshot) => this.#plan(seen.get(key) ?? null)
    const done = await updateRecord(store, this.#context.deadline(), [key], plan, { initial })
    for (const id of done.ids) this.keys.set(id, (this.keys.get(id) ?? 0) + 1)
    this.unreadable += done.unreadable
    if (done.changed) this.resealed++
  }

  async #plan(record: StoredRecord | null): Promise<Plan<RecordReseal>> {
    const found = record && decodeAny(record)
    if (!isUsable(found)) return { done: { ids: [], unreadable: 0, changed: false } }
    const texts = sealedTexts(found.body)
    const outdated = texts.filter((text) => this.#sealing.isOutdated(text))
    if (this.#dryRun) {
      const known = outdated.filter((text) => this.#sealing.ids.includes(keyIdOf(text)))
      const unreadable = outdated.length - known.length
      return { done: { ids: texts.map(keyIdOf), unreadable, changed: known.length > 0 } }
    }
    const { capabilities } = this.#context
    const deadline = this.#context.deadline()
    const next = new Map<string, string>()
    for (const text of outdated) {
      const anew = await resealText(this.#sealing, capabilities, text, found.record, deadline)
      if (anew !== null) next.set(text, anew)
    }
    const unreadable = outdated.length - next.size
    const ids = texts.map((text) => keyIdOf(next.get(text) ?? text))
    if (next.size === 0) return { done: { ids, unreadable, changed: false } }
    const body = mapTexts(found.body, (text) => next.get(text) ?? text)
    return {
      write: { record: nextRecord(found, body), expected: found.record.etag },
      onStored: () => ({ ids, unreadable, changed: true }),
    }
  }
}

interface RecordReseal {
  /** The keys that seal its texts now. */
  readonly ids: readonly string[]
  readonly unreadable: number
  readonly changed: boolean
}
