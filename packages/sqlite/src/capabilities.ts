import type { Capabilities, Finding } from '@tokenward/core/adapter'

/** What is claimed here the conformance suite tries; what is not claimed must not be there. */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  failoverSafe: false,
  network: false,
  readsSettings: true,
  roles: false,
  listing: true,
  pruning: true,
  notifications: false,
  maxBodyBytes: 1_048_576,
}

/** The pragmas that decide what an acknowledgement is worth. */
export interface Settings {
  readonly journalMode: string
  readonly synchronous: number
  readonly fullfsync: number
  readonly lockingMode: string
  readonly busyTimeout: number
  readonly platform: string
}

const SYNCHRONOUS = ['OFF', 'NORMAL', 'FULL', 'EXTRA'] as const

/**
 * The lowest `synchronous` by which a commit outlives a power failure. `delete` needs EXTRA: below
 * it the folder is not synced, and the old journal may come back and roll the commit back.
 */
const KEEPS_COMMITS: Readonly<Record<string, number>> = {
  wal: 2,
  truncate: 2,
  persist: 2,
  delete: 3,
}

export function findingsOf(settings: Settings): Finding[] {
  return [...journal(settings), ...flush(settings), ...locks(settings)]
}

function journal({ journalMode, synchronous }: Settings): Finding[] {
  const needed = KEEPS_COMMITS[journalMode]
  if (needed !== undefined && synchronous >= needed) return []
  const setting = `journal_mode=${journalMode}, synchronous=${SYNCHRONOUS[synchronous]}`
  const [code, what] =
    needed === undefined
      ? ['unsafe-journal-mode', 'a crash in the middle of a commit damages the file']
      : ['fsync-off', 'a power failure takes the last commits back']
  const fix = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL'
  return [{ code, message: `${setting}: ${what}`, fix, downgrades: { durability: 'reverting' } }]
}

function flush({ platform, fullfsync }: Settings): Finding[] {
  if (platform !== 'darwin' || fullfsync !== 0) return []
  const message = 'fullfsync=0: on macOS a sync leaves the commits in the cache of the disk'
  const fix = 'PRAGMA fullfsync = ON'
  return [{ code: 'fullfsync-off', message, fix, downgrades: { durability: 'reverting' } }]
}

function locks({ lockingMode, busyTimeout }: Settings): Finding[] {
  const findings: Finding[] = []
  if (lockingMode === 'exclusive') {
    const message = 'locking_mode=exclusive: every other process is locked out of the file'
    const fix = 'PRAGMA locking_mode = NORMAL'
    findings.push({ code: 'exclusive-locking', message, fix, downgrades: { shared: false } })
  }
  if (busyTimeout > 0) {
    const message = `busy_timeout=${busyTimeout}: waiting for a lock stops the whole thread so long`
    findings.push({ code: 'busy-timeout-set', message, fix: 'PRAGMA busy_timeout = 0' })
  }
  return findings
}
