import type { RecordKind, StoredRecord } from '@tokenward/core'
import { interpose, type Through } from './intercept.ts'

/** Everything that a verdict can rest on. */
export const MEMORIES = [
  'root',
  'issuer',
  'client',
  'subject',
  'subject+client',
  'session cutoff',
  'session',
  'token',
] as const

export type Memory = (typeof MEMORIES)[number]

/** The letter before a cutoff's key, in the groups of what it judges. */
const CUTOFFS: Readonly<Record<string, Memory>> = {
  i: 'issuer',
  c: 'client',
  u: 'subject',
  b: 'subject+client',
}

const SHARED: ReadonlySet<Memory | undefined> = new Set(['root', 'issuer', 'client'])

/**
 * A store that forgets one kind of record, wholly, at a chosen step of an operation. A step is an
 * access to a record of that kind: to forget it before or after an access to another makes no
 * difference.
 */
export interface Forgetting {
  /** Around an instance that only fills the store: what it writes can be forgotten. */
  readonly watch: Through
  /** Around the instance whose operation is cut into steps: it reads and writes key by key. */
  readonly steps: Through
  /** What was written for others so far is not dropped any more, unless all share it. */
  begin(): void
  /** All records of that kind, before the step of that number, counted from this call. */
  at(memory: Memory, step: number): void
  /** Now, whatever was to come. */
  now(memory: Memory): Promise<void>
  /** How many steps there were since `at`. */
  taken(): number
}

/** @param drop deletes one record behind the adapter's back */
export function forgetting(drop: (key: string) => Promise<void>): Forgetting {
  const kinds = new Map<string, RecordKind>()
  const cutoffs = new Map<string, Memory>()
  let due: { readonly memory: Memory; readonly step: number } | null = null
  let taken = 0

  const memoryOf = (key: string): Memory | undefined => {
    const kind = kinds.get(key)
    return kind === 'cutoff' ? (cutoffs.get(key) ?? 'session cutoff') : kind
  }
  const see = ({ key, kind, groups }: StoredRecord): void => {
    if (kind !== 'corrupt') kinds.set(key, kind)
    for (const group of groups) {
      const level = CUTOFFS[group[0] ?? '']
      if (level) cutoffs.set(group.slice(1), level)
    }
  }
  const now = async (memory: Memory): Promise<void> => {
    for (const key of kinds.keys()) if (memoryOf(key) === memory) await drop(key)
  }
  const step = async (key: string): Promise<void> => {
    if (due === null || memoryOf(key) !== due.memory) return
    if (due.step === taken) await now(due.memory)
    taken++
  }
  const watch: Through = (inner) =>
    interpose(inner, {
      write(pass, writes, signal) {
        for (const { record } of writes) see(record)
        return pass(writes, signal)
      },
    })

  return {
    watch,
    begin() {
      for (const key of kinds.keys()) if (!SHARED.has(memoryOf(key))) kinds.delete(key)
    },
    steps: (inner) =>
      interpose(watch(inner), {
        async read(pass, keys, signal) {
          const answers: (StoredRecord | null)[] = []
          for (const key of keys) {
            await step(key)
            answers.push(...(await pass([key], signal)))
          }
          return answers
        },
        async write(pass, writes, signal) {
          const answers: boolean[] = []
          for (const write of writes) {
            await step(write.record.key)
            answers.push(...(await pass([write], signal)))
          }
          return answers
        },
      }),
    at(memory, wanted) {
      due = { memory, step: wanted }
      taken = 0
    },
    now,
    taken: () => taken,
  }
}
