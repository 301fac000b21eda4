import type { Finding } from '@tokenward/core/adapter'
import type { OtherWriter } from './other-writers.ts'
import type { PreparationNote, ServerSettings, ServerState } from './settings.ts'

const REVERTING = { durability: 'reverting' } as const
const EVICTING = { durability: 'evicting' } as const
const STALE = { ...REVERTING, linearizable: false } as const
const MIN_MAJOR_VERSION = 7

const ASSUME = "or guarantee it by assume: { durability: 'durable' }"

type SettingsCheck = (server: ServerSettings, state: ServerState) => Finding | null

const CHECKS: readonly SettingsCheck[] = [
  ({ role }) =>
    role === 'master'
      ? null
      : {
          code: 'replica',
          message: `role:${role}: a replica lags behind, and learns of a revocation too late`,
          fix: 'give the address of the primary',
          downgrades: STALE,
        },
  ({ aof, snapshots }, { note }) =>
    aof ? null : crashFinding(snapshots ?? note?.snapshots ?? true),
  ({ aof, fsync }, { note }) => syncFinding(aof, fsync ?? note?.fsync ?? null),
  ({ syncsWhileRewriting }) =>
    syncsWhileRewriting
      ? null
      : {
          code: 'writes-not-synced-while-rewriting',
          message:
            'no-appendfsync-on-rewrite=yes: a power cut during a rewrite undoes acknowledged writes',
          fix: `no-appendfsync-on-rewrite no, ${ASSUME}`,
          downgrades: REVERTING,
        },
  ({ replicas }, { sentinels }) =>
    replicas === 0 && !sentinels
      ? null
      : {
          code: 'asynchronous-failover',
          message: `connected_slaves:${replicas}${sentinels ? ', Sentinels' : ''}: a replica that takes over may lack acknowledged writes`,
          fix: "use a single primary; or revoke everything after each failover, and guarantee that by assume: { durability: 'durable', linearizable: true }",
          downgrades: STALE,
        },
  ({ maxmemory, eviction }) =>
    maxmemory === 0 || eviction === 'noeviction'
      ? null
      : {
          code: 'eviction-enabled',
          message: `maxmemory_policy:${eviction}, maxmemory:${maxmemory}: records are evicted when memory is short`,
          fix: 'maxmemory-policy noeviction',
          downgrades: EVICTING,
        },
  ({ version }) =>
    Number.parseInt(version, 10) >= MIN_MAJOR_VERSION
      ? null
      : {
          code: 'unsupported-version',
          message: `redis_version:${version}: unsupported version; its server refuses the scripts`,
          fix: 'use Redis 7 or later, or Valkey',
        },
]

/** Each finding once, also where several servers have it. */
export function findingsOf(state: ServerState): Finding[] {
  const ofServers = state.servers.flatMap((server) =>
    CHECKS.flatMap((check) => check(server, state) ?? []),
  )
  const mayRevert = ofServers.some(({ downgrades }) => downgrades?.durability === 'reverting')
  const restarted = mayRevert ? restartFindings(state.servers, state.note) : []
  const findings = [...ofServers, ...restarted, ...writerFindings(state.otherWriters)]
  return [...new Map(findings.map((finding) => [finding.code, finding])).values()]
}

function crashFinding(snapshots: boolean): Finding {
  const fix = `appendonly yes and appendfsync always, ${ASSUME}`
  return snapshots
    ? {
        code: 'aof-off',
        message: 'aof_enabled:0: after a crash the server loads its last snapshot, which is older',
        fix,
        downgrades: REVERTING,
      }
    : {
        code: 'no-persistence',
        message: 'aof_enabled:0, save="": a crash loses all records',
        fix,
        downgrades: EVICTING,
      }
}

/** After a killed process the system still has what it wrote; after a power cut only what was synced. */
function syncFinding(aof: boolean, fsync: string | null): Finding | null {
  if (!aof || fsync === 'always') return null
  return fsync === null
    ? {
        code: 'appendfsync-unknown',
        message:
          'CONFIG GET appendfsync is denied, and no user with that right has prepared this store',
        fix: `prepare() by a user with the right to CONFIG GET, ${ASSUME}`,
        downgrades: REVERTING,
      }
    : {
        code: 'appendfsync-not-always',
        message: `appendfsync=${fsync}: a killed server loses nothing, a power cut every write since the last sync`,
        fix: `appendfsync always, ${ASSUME}`,
        downgrades: REVERTING,
      }
}

function restartFindings(
  servers: readonly ServerSettings[],
  note: PreparationNote | null,
): Finding[] {
  const unknown = servers.map(({ runId }) => runId).filter((id) => !note?.runIds.includes(id))
  if (note === null || unknown.length === 0) return []
  return [
    {
      code: 'server-restarted',
      message: `run_id:${unknown.join()}: the server was restarted after the store was prepared, and may have reverted to an older state`,
      fix: 'revoke everything, then prepare() again',
    },
  ]
}

/** Every user that can write can undo a revocation. That lowers nothing: the operator decides. */
function writerFindings(writers: readonly OtherWriter[]): Finding[] {
  if (writers.length === 0) return []
  const users = writers.map(({ name, needsPassword }) =>
    needsPassword ? name : `${name} (without a password)`,
  )
  const resets = writers.map(({ name }) => `ACL SETUSER ${name} resetkeys`)
  return [
    {
      code: 'others-may-write',
      message: `ACL LIST: ${users.join(', ')} may write keys of any name, and so undo a revocation`,
      fix: `${resets.join('; ')}; then grant each the patterns of its own keys, as ~app:*; or ACL SETUSER … off for a user that is not used`,
    },
  ]
}
