import { StoreUnavailable } from '../errors/errors.ts'
import type { Level } from '../naming/levels.ts'
import { randomId } from '../naming/random.ts'
import { retainCutoff } from '../policy/policy.ts'
import { nextRecord, type Read } from '../records/body.ts'
import { type Cutoff, decodeCutoff } from '../records/cutoff.ts'
import type { StoredRecord } from '../repository/contract.ts'
import type { Seen, Step } from '../store/change.ts'
import { cutoffRecord, type Raise, raise, withEpochs } from '../transitions/cutoff.ts'
import { longestOf, makeRoot } from '../transitions/root.ts'
import type { Revoked } from './answers.ts'
import type { Context } from './context.ts'
import { rootIn } from './evidence.ts'
import { since } from './inactive.ts'

/** A scope's cutoff, by its key. */
export interface Scope {
  readonly level: Exclude<Level, 'token'>
  readonly key: string
  readonly subject?: string | undefined
  readonly client?: string | undefined
}

export type Ask = Omit<Raise, 'epoch'>

/** One call's raise, over as many reads and writes as it takes. */
export class Raising {
  readonly #context: Context
  readonly #scope: Scope
  readonly #ask: Ask
  /** What stood there after the call began; a new epoch since then is another's raise. */
  #seen: Cutoff | null = null

  constructor(context: Context, scope: Scope, ask: Ask) {
    this.#context = context
    this.#scope = scope
    this.#ask = ask
  }

  plan(seen: Seen): Step<Revoked> {
    const { policy, naming } = this.#context
    const root = rootIn(this.#context, seen)
    const { level, key } = this.#scope
    if (root === 'damaged') throw unreadable('root')
    const found = level === 'global' ? root : this.#readable(seen.get(key) ?? null)
    const current = found?.body ?? {}
    // A miss of a store that forgets proves nothing: what is found there next may have stood before.
    if (found !== null || !policy.absentRefuses) this.#seen ??= current
    const longest = root === null ? policy.longest : longestOf(root.body)
    // Read before each send: what is dead is what was issued up to the send that succeeds.
    const at = policy.clock()
    const raised = raise(current, this.#seen ?? current, { ...this.#ask, epoch: randomId() }, at)
    if (raised !== null) {
      const body = policy.absentRefuses ? withEpochs(raised) : raised
      const record =
        root === null && level === 'global'
          ? makeRoot(key, naming.check, longest, at, body)
          : cutoffRecord(key, found, body, retainCutoff(policy, at, longest))
      return this.#send(record, found, body)
    }
    const retainUntil = retainCutoff(policy, this.#ask.invokedAt, longest)
    if (found === null || found.record.retainUntil >= retainUntil)
      return { done: this.#answer(current) }
    return this.#send(nextRecord(found, current, { retainUntil }), found, current)
  }

  // A revoke-now is stronger than whatever an unreadable cutoff may have said, so it replaces it.
  #readable(record: StoredRecord | null): Read<Cutoff> | null {
    const found = decodeCutoff(record)
    if (found !== 'damaged') return found
    if (this.#ask.kind !== 'now' || record === null || record.kind !== 'cutoff')
      throw unreadable(this.#scope.level)
    return { record, body: {} }
  }

  #send(record: StoredRecord, found: Read<Cutoff> | null, body: Cutoff): Step<Revoked> {
    return {
      write: { record, expected: found?.record.etag ?? null },
      won: () => this.#answer(body),
    }
  }

  #answer(body: Cutoff): Revoked {
    const { kind, id, invokedAt } = this.#ask
    const stamp =
      kind === 'access' && body.accessEpoch !== undefined
        ? (body.accessRevoked ?? body.revoked)
        : body.revoked
    const { at = invokedAt, note } = since(stamp)
    const first = stamp?.id === id
    return { revoked: true, level: this.#scope.level, at, first, ...(note && { note }) }
  }
}

function unreadable(level: string): StoreUnavailable {
  return new StoreUnavailable(
    `The cutoff of the ${level} cannot be read: restore it, or revoke that scope now, without 'before' and 'only', to replace it.`,
  )
}
