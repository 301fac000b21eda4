import type { Finding } from '@tokenward/core/adapter'
import type { Settings } from './settings.ts'

const SYNCHRONOUS = ['OFF', 'NORMAL', 'FULL', 'EXTRA'] as const

/**
 * The lowest `synchronous` with which a commit survives a power failure, by `journal_mode`. `delete`
 * needs EXTRA: below it the folder is not synced, and the old journal may reappear and roll the commit
 * back.
 */
const SAFE_SYNCHRONOUS: Readonly<Record<string, number>> = {
  wal: 2,
  truncate: 2,
  persist: 2,
  delete: 3,
}

const REVERTING = { durability: 'reverting' } as const

type SettingsCheck = (settings: Settings) => Finding | null

const CHECKS: readonly SettingsCheck[] = [
  ({ journalMode, synchronous }) =>
    journalMode in SAFE_SYNCHRONOUS
      ? null
      : {
          code: 'unsafe-journal-mode',
          message: `${journal(journalMode, synchronous)}: a crash in the middle of a commit corrupts the file`,
          fix: 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
          downgrades: REVERTING,
        },
  ({ journalMode, synchronous }) =>
    synchronous >= (SAFE_SYNCHRONOUS[journalMode] ?? 0)
      ? null
      : {
          code: 'fsync-off',
          message: `${journal(journalMode, synchronous)}: a power failure undoes the last commits`,
          fix: 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
          downgrades: REVERTING,
        },
  ({ platform, fullfsync }) =>
    platform !== 'darwin' || fullfsync !== 0
      ? null
      : {
          code: 'fullfsync-off',
          message: 'fullfsync=0: on macOS a sync leaves the commits in the cache of the disk',
          fix: 'PRAGMA fullfsync = ON',
          downgrades: REVERTING,
        },
  ({ lockingMode }) =>
    lockingMode !== 'exclusive'
      ? null
      : {
          code: 'exclusive-locking',
          message: 'locking_mode=exclusive: every other process is locked out of the file',
          fix: 'PRAGMA locking_mode = NORMAL',
          downgrades: { shared: false },
        },
  ({ busyTimeout }) =>
    busyTimeout === 0
      ? null
      : {
          code: 'busy-timeout-set',
          message: `busy_timeout=${busyTimeout}: waiting for a lock blocks the whole thread for so many ms`,
          fix: 'PRAGMA busy_timeout = 0',
        },
]

export function findingsOf(settings: Settings): Finding[] {
  return CHECKS.flatMap((check) => check(settings) ?? [])
}

function journal(journalMode: string, synchronous: number): string {
  return `journal_mode=${journalMode}, synchronous=${SYNCHRONOUS[synchronous]}`
}
