import type { RecordKind, StoredRecord } from '@tokenward/core/adapter'
import { intercept, type RepositoryWrapper } from './intercept.ts'

/** Every kind of record that a result can depend on. */
export const EVICTABLE = [
  'root',
  'issuer',
  'client',
  'subject',
  'subject+client',
  'session cutoff',
  'session',
  'token',
] as const

export type EvictableKind = (typeof EVICTABLE)[number]

/** The letter before a cutoff's key, in the groups of what it affects. */
const CUTOFFS: Readonly<Record<string, EvictableKind>> = {
  i: 'issuer',
  c: 'client',
  u: 'subject',
  b: 'subject+client',
}

const SHARED: ReadonlySet<EvictableKind | undefined> = new Set(['root', 'issuer', 'client'])

/**
 * A store that evicts all records of one kind, at a chosen step of an operation. A step is an access to
 * a record of that kind: evicting it before or after an access to another makes no difference.
 */
export interface Eviction {
  /** For an instance that only fills the store: the records that it writes can be evicted. */
  readonly watch: RepositoryWrapper
  /** For the instance whose operation is split into steps: it reads and writes key by key. */
  readonly steps: RepositoryWrapper
  /**
   * Records that were written before this call are not evicted any more, unless all subjects share them.
   */
  begin(): void
  /** Evicts all records of that kind before step number `step`, counted from this call. */
  at(evictable: EvictableKind, step: number): void
  /** Evicts now, whatever was scheduled. */
  now(evictable: EvictableKind): Promise<void>
  /** How many steps happened since `at`. */
  taken(): number
}

/** @param drop deletes one record behind the adapter's back */
export function eviction(drop: (key: string) => Promise<void>): Eviction {
  const kinds = new Map<string, RecordKind>()
  const cutoffs = new Map<string, EvictableKind>()
  let due: { readonly evictable: EvictableKind; readonly step: number } | null = null
  let taken = 0

  const evictableKindOf = (key: string): EvictableKind | undefined => {
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
  const now = async (evictable: EvictableKind): Promise<void> => {
    for (const key of kinds.keys()) if (evictableKindOf(key) === evictable) await drop(key)
  }
  const step = async (key: string): Promise<void> => {
    if (due === null || evictableKindOf(key) !== due.evictable) return
    if (due.step === taken) await now(due.evictable)
    taken++
  }
  const watch: RepositoryWrapper = (inner) =>
    intercept(inner, {
      write(pass, writes, signal) {
        for (const { record } of writes) see(record)
        return pass(writes, signal)
      },
    })

  return {
    watch,
    begin() {
      for (const key of kinds.keys()) if (!SHARED.has(evictableKindOf(key))) kinds.delete(key)
    },
    steps: (inner) =>
      intercept(watch(inner), {
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
    at(evictable, wanted) {
      due = { evictable, step: wanted }
      taken = 0
    },
    now,
    taken: () => taken,
  }
}
