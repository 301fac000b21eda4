import type { Context } from '../context.ts'
import { InvalidInput, isTokenwardError, WriteIndeterminate } from '../errors.ts'
import { checkData, requireSealing } from '../input/data.schema.ts'
import { decideRecord, decisionFields } from '../inspection/decided-records.ts'
import { readDataRecord } from '../inspection/target-record.ts'
import { isUsable, type Loaded } from '../records/body.ts'
import { nextRecord } from '../records/make-record.ts'
import { decodeSession, type Session } from '../records/session.ts'
import { decodeToken, type Token } from '../records/token.ts'
import { cutoffKeysOf } from '../scopes/groups.ts'
import { randomId } from '../scopes/random.ts'
import { type Contents, openContents, sealContents } from '../sealing/contents.ts'
import { type AttemptInfo, type Plan, updateRecord } from '../store/conditional-write.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import type { DataUpdate } from '../types/data.ts'
import type { Target } from '../types/revoke-options.ts'

type Change<D> = (data: D | null) => D | null | Promise<D | null>

/** What the last attempt would have stored. */
interface LastChange<D extends object> {
  readonly plan: Plan<DataUpdate<D>>
  readonly data: D | null
  /** The etag of the version that it replaces. */
  readonly expected: string
  /** The id of the change that it replaces. */
  readonly replaced: string | undefined
}

/** Changes the data of a token or session, and nothing else of its record. */
export async function updateData<D extends object>(
  context: Context,
  target: string | Target,
  change: Change<D>,
): Promise<DataUpdate<D>> {
  const { store, sealing, keyDeriver } = context
  requireSealing('updateData', sealing !== null)
  if (typeof change !== 'function')
    throw new InvalidInput('change', 'must be a function of the data that returns the next data.')
  const deadline = context.deadline()
  const record = await readDataRecord(context, target, deadline)
  if (record === null) return { updated: false, reason: 'not-found' }
  const update = new UpdateAttempt(context, record.key, change, deadline)
  // The groups of a record never change, so neither do its cutoffs.
  const keys = [record.key, ...(await cutoffKeysOf(record.groups, keyDeriver)).values()]
  return updateRecord(store, deadline, keys, (seen, attempt) => update.plan(seen, attempt))
}

/** One call's attempts to change data, over as many reads and writes as it takes. */
class UpdateAttempt<D extends object> {
  readonly #context: Context
  readonly #key: string
  readonly #change: Change<D>
  readonly #deadline: Deadline
  readonly #id = randomId()
  #last: LastChange<D> | null = null

  constructor(context: Context, key: string, change: Change<D>, deadline: Deadline) {
    this.#context = context
    this.#key = key
    this.#change = change
    this.#deadline = deadline
  }

  async plan(seen: Snapshot, { indeterminate }: AttemptInfo): Promise<Plan<DataUpdate<D>>> {
    const record = seen.get(this.#key) ?? null
    if (record === null) return refused('not-found')
    const found = record.kind === 'session' ? decodeSession(record) : decodeToken(record)
    if (!isUsable<Session | Token>(found)) return refused('corrupt')
    const last = this.#last
    // As if the reply had not been lost.
    if (last && found.body.dataId === this.#id) return { done: { updated: true, data: last.data } }
    if (last && indeterminate && found.body.dataId !== last.replaced)
      throw new WriteIndeterminate(
        'Another call has changed the data meanwhile, so it is unknown whether this call did: read the data, and decide.',
      )
    const cutoffKeys = await cutoffKeysOf(record.groups, this.#context.keyDeriver)
    const { decision } = decideRecord(this.#context, record, cutoffKeys, seen)
    const { active, ...refusal } = decisionFields(decision)
    if (!active) return { done: { updated: false, reason: 'not-found', ...refusal } }
    // After a lost reply the first write is repeated: a second result of `change` would not be stored.
    return last?.expected === record.etag ? last.plan : this.#write(found)
  }

  async #write(found: Loaded<Session | Token>): Promise<Plan<DataUpdate<D>>> {
    const { record, body } = found
    const opened = await openContents(this.#context, body.sealed, record, this.#deadline)
    if ('unreadable' in opened) {
      if (isTokenwardError(opened.cause, 'TOKENWARD_KEYS_UNAVAILABLE')) throw opened.cause
      return refused('unreadable')
    }
    const { data: stored = null, ...names } = opened.contents
    const data = this.#checked(await this.#change(stored as D | null))
    const contents: Contents = { ...names, ...(data !== null && { data }) }
    const sealed = await sealContents(this.#context, contents, record, this.#deadline)
    const next = nextRecord(found, { ...body, sealed, dataId: this.#id })
    const plan: Plan<DataUpdate<D>> = {
      write: { record: next, expected: record.etag },
      onStored: () => ({ updated: true, data }),
    }
    this.#last = { plan, data, expected: record.etag, replaced: body.dataId }
    return plan
  }

  #checked(next: D | null): D | null {
    if (next === null) return null
    if (next === undefined)
      throw new InvalidInput('data', 'must not be undefined: return null to remove the data.')
    return checkData(next, this.#context.maxDataBytes, 'data') as D
  }
}

function refused<D extends object>(
  reason: 'not-found' | 'corrupt' | 'unreadable',
): Plan<DataUpdate<D>> {
  return { done: { updated: false, reason } }
}
