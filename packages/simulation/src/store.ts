import type { Random } from '@tokenward/conformance/harness'
import type { StoredRecord, Write } from '@tokenward/core/adapter'
import { type Call, type CallEnding, nameOf, type Part, type Result } from './call.ts'
import type { Machine } from './machine.ts'
import type { Scenario } from './scenario.ts'
import { shownPart, shownResult, type Trace } from './trace.ts'

const RANK = { active: 0, consumed: 1, revoked: 2 } as const

/** The state of the store: a map, pending calls, and writes whose callers have aborted. */
export class SimulatedStore {
  readonly records: Map<string, StoredRecord>
  readonly calls: Set<Call> = new Set()
  /** Copies and late writes: each lands once, at any time, or never. */
  readonly lateWrites: Write[] = []
  /** Writes that are never allowed, but were made. */
  readonly faults: string[] = []
  /** ms since 1970, by the store's own clock. */
  clock: number
  readonly #random: Random
  readonly #scenario: Scenario
  readonly #trace: Trace
  #count = 0

  constructor(
    start: { readonly records: Map<string, StoredRecord>; readonly clock: number },
    scenario: Scenario,
    random: Random,
    trace: Trace,
  ) {
    this.records = start.records
    this.clock = start.clock
    this.#scenario = scenario
    this.#random = random
    this.#trace = trace
  }

  /** Until then every call fails; ms since 1970, by its own clock. */
  downUntil = 0
  /** No message is lost from here on. */
  calm = false

  callsOf(machine: Machine): Call[] {
    return [...this.calls].filter((call) => call.machine === machine)
  }

  /** Adds a pending call; its answer comes when the schedule allows it. */
  send<T>(
    machine: Machine,
    kind: Call['kind'],
    parts: readonly Part[],
    signal: AbortSignal,
    read: (results: ReadonlyMap<string, Result>) => T,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call: Call = {
        id: ++this.#count,
        machine,
        kind,
        ending: this.#ending(),
        ahead: this.#split(parts),
        results: new Map(),
        settle: (outcome) => {
          this.#end(call)
          if ('answer' in outcome) resolve(read(call.results))
          else reject(outcome.error)
        },
      }
      signal.addEventListener('abort', () => {
        if (this.calls.has(call)) this.fail(call, 'was aborted at its deadline')
      })
      this.calls.add(call)
      machine.calls++
      if (kind === 'write') this.#duplicate(parts)
      this.#trace.add(
        () => `${machine.name} sends ${kind} ${call.id}: ${parts.map(shownPart).join(' ')}`,
      )
    })
  }

  /** Part of a call happens: its caller does not notice yet. */
  happen(call: Call): void {
    for (const part of call.ahead.shift() ?? []) this.#happen(call, part)
  }

  /** The caller gets the result of its call. */
  answer(call: Call): void {
    if (call.ending === 'answered') {
      this.#trace.add(() => `the answer to ${call.kind} ${call.id} reaches ${call.machine.name}`)
      call.settle({ answer: true })
    } else this.fail(call, call.ending)
  }

  fail(call: Call, why: string): void {
    this.#trace.add(() => `${call.kind} ${call.id} of ${call.machine.name} fails: ${why}`)
    for (const part of call.ahead.splice(0).flat()) {
      if ('write' in part && this.#random.chance(0.5)) this.lateWrites.push(part.write)
    }
    call.settle({ error: new Error(`simulated: ${why}`) })
  }

  /** A write whose caller has aborted reaches the store. */
  land(write: Write): void {
    this.lateWrites.splice(this.lateWrites.indexOf(write), 1)
    const done = this.#compareAndSet(write)
    this.#trace.add(() => `a late write lands: ${shownPart({ write })} -> ${done}`)
  }

  /** From here on no message is lost; late writes land now, or never. */
  heal(): void {
    this.calm = true
    this.landPending()
  }

  /** What happens within the margin happens now, before a longer time passes. */
  landPending(): void {
    for (const write of [...this.lateWrites]) {
      if (this.#random.chance(0.5)) this.land(write)
    }
    this.lateWrites.length = 0
    for (const call of this.calls) {
      while (call.kind === 'write' && call.ahead.length > 0) this.happen(call)
    }
  }

  #happen(call: Call, part: Part): void {
    const result =
      'read' in part
        ? (this.records.get(part.read) ?? null)
        : 'write' in part
          ? this.#compareAndSet(part.write)
          : this.#prune(part.prune, part.limit, part.dryRun)
    if (result === 'past') call.ending = 'answer-lost'
    else call.results.set(nameOf(part), result)
    this.#trace.add(() => `${call.kind} ${call.id}: ${shownPart(part)} -> ${shownResult(result)}`)
  }

  #compareAndSet({ record, expected }: Write): boolean | 'past' {
    if (record.retainUntil <= this.clock) return 'past'
    const found = this.records.get(record.key)
    const etag = found?.etag ?? null
    if (etag === record.etag) return true
    if (etag !== expected) return false
    this.#check(found, record)
    this.records.set(record.key, record)
    return true
  }

  #check(found: StoredRecord | undefined, next: StoredRecord): void {
    if (found === undefined) return
    if (RANK[next.state] < RANK[found.state])
      this.faults.push(`${found.state} became ${next.state}`)
    if (next.retainUntil < found.retainUntil) this.faults.push('retainUntil was lowered')
    if (next.kind !== found.kind) this.faults.push(`a ${found.kind} became a ${next.kind}`)
  }

  #prune(now: number, limit: number, dryRun: boolean): number {
    const prior = [...this.records.values()].filter((r) => r.retainUntil <= now).slice(0, limit)
    if (!dryRun) for (const { key } of prior) this.records.delete(key)
    return prior.length
  }

  #end(call: Call): void {
    if (!this.calls.delete(call)) return
    call.machine.calls--
  }

  #ending(): CallEnding {
    const { faults } = this.#scenario
    if (this.calm) return 'answered'
    if (this.clock < this.downUntil) return 'request-lost'
    if (!this.#random.chance(faults)) return 'answered'
    return this.#random.pick(['answer-lost', 'answer-lost', 'request-lost', 'silent'])
  }

  #duplicate(parts: readonly Part[]): void {
    if (this.calm || !this.#random.chance(this.#scenario.faults)) return
    const isEvicting = this.#scenario.durability === 'evicting'
    for (const part of parts) {
      // No adapter sends a write twice. On a durable store that would be harmless, which this
      // shows. On an evicting store, a repeated insert would restore a record that was evicted.
      const harms = 'write' in part && isEvicting && part.write.expected === null
      if ('write' in part && !harms) this.lateWrites.push(part.write)
    }
  }

  // Each key at its own instant, or all at one.
  #split(parts: readonly Part[]): (readonly Part[])[] {
    if (this.calm || !this.#random.chance(this.#scenario.splits)) return [parts]
    const groups: Part[][] = []
    for (const part of this.#random.shuffle(parts)) {
      const last = groups.at(-1)
      if (last && this.#random.chance(0.4)) last.push(part)
      else groups.push([part])
    }
    return groups
  }
}
