import type { Finding } from '@tokenward/core/adapter'
import type { Circumstances, Settings } from './capabilities.ts'

const REGRESSIVE = { durability: 'reverting' } as const
const FORGETFUL = { durability: 'evicting' } as const
const STALE = { ...REGRESSIVE, linearizable: false } as const
const OLDEST_MAJOR = 7

const VOUCH = "or vouch for it, by assume: { durability: 'durable' }"

type Judge = (server: Settings, circumstances: Circumstances) => Finding | null

const JUDGES: readonly Judge[] = [
  ({ role }) =>
    role === 'master'
      ? null
      : {
          code: 'replica',
          message: `role:${role}: a replica is behind, and knows too late what was revoked`,
          fix: 'give the address of the primary',
          downgrades: STALE,
        },
  ({ aof, snapshots }, { note }) => (aof ? null : judgeCrash(snapshots ?? note?.snapshots ?? true)),
  ({ aof, fsync }, { note }) => judgeSync(aof, fsync ?? note?.fsync ?? null),
  ({ syncsWhileRewriting }) =>
    syncsWhileRewriting
      ? null
      : {
          code: 'writes-not-synced-while-rewriting',
          message:
            'no-appendfsync-on-rewrite=yes: a power cut at that time takes back what was acknowledged',
          fix: `no-appendfsync-on-rewrite no, ${VOUCH}`,
          downgrades: REGRESSIVE,
        },
  ({ replicas }, { sentinels }) =>
    replicas === 0 && !sentinels
      ? null
      : {
          code: 'asynchronous-failover',
          message: `connected_slaves:${replicas}${sentinels ? ', Sentinels' : ''}: a replica that takes over may lack what was acknowledged`,
          fix: `a single primary, or revoke everything after a failover and say that you will, by assume: { durability: 'durable' }`,
          downgrades: STALE,
        },
  ({ maxmemory, eviction }) =>
    maxmemory === 0 || eviction === 'noeviction'
      ? null
      : {
          code: 'eviction-enabled',
          message: `maxmemory_policy:${eviction}, maxmemory:${maxmemory}: records go when memory is short`,
          fix: 'maxmemory-policy noeviction',
          downgrades: FORGETFUL,
        },
  ({ version }) =>
    Number.parseInt(version, 10) >= OLDEST_MAJOR
      ? null
      : {
          code: 'unsupported-version',
          message: `redis_version:${version}: nobody tried this version; scripts are refused`,
          fix: 'use Redis 7 or later, or Valkey',
        },
]

/** Each once, also where several servers give the same reason. */
export function findingsOf(circumstances: Circumstances): Finding[] {
  const { servers } = circumstances
  const found = servers.flatMap((server) =>
    JUDGES.flatMap((judge) => judge(server, circumstances) ?? []),
  )
  const mayGoBack = found.some(({ downgrades }) => downgrades?.durability === 'reverting')
  const restarted = mayGoBack ? judgeRuns(circumstances) : []
  const others = judgeWriters(circumstances)
  return [...new Map([...found, ...restarted, ...others].map((each) => [each.code, each])).values()]
}

function judgeCrash(snapshots: boolean): Finding {
  const fix = `appendonly yes and appendfsync always, ${VOUCH}`
  return snapshots
    ? {
        code: 'aof-off',
        message: 'aof_enabled:0: a crash brings back the last snapshot, and what it knew',
        fix,
        downgrades: REGRESSIVE,
      }
    : {
        code: 'no-persistence',
        message: 'aof_enabled:0, save="": a crash leaves nothing',
        fix,
        downgrades: FORGETFUL,
      }
}

/** What a killed process has written the system still has; what a power cut takes, only a sync keeps. */
function judgeSync(aof: boolean, fsync: string | null): Finding | null {
  if (!aof || fsync === 'always') return null
  return fsync === null
    ? {
        code: 'appendfsync-unknown',
        message: 'CONFIG GET appendfsync is denied, and nobody who may ask prepared this store',
        fix: `prepare() by a user with the right to CONFIG GET, ${VOUCH}`,
        downgrades: REGRESSIVE,
      }
    : {
        code: 'appendfsync-not-always',
        message: `appendfsync=${fsync}: a killed server loses nothing, a power cut what was acknowledged since the last sync`,
        fix: `appendfsync always, ${VOUCH}`,
        downgrades: REGRESSIVE,
      }
}

function judgeRuns({ servers, note }: Circumstances): Finding[] {
  const unknown = servers.map(({ runId }) => runId).filter((id) => !note?.runIds.includes(id))
  if (note === null || unknown.length === 0) return []
  return [
    {
      code: 'server-restarted',
      message: `run_id:${unknown.join()}: the server was started since the store was prepared, and may have gone back`,
      fix: 'revoke everything, then prepare() again',
    },
  ]
}

/** Whoever can write can undo a revocation: that lowers nothing, and is the operator's to know. */
function judgeWriters({ writers }: Circumstances): Finding[] {
  if (writers.length === 0) return []
  const named = writers.map(({ name, needsPassword }) =>
    needsPassword ? name : `${name} (without a password)`,
  )
  const narrowed = writers.map(({ name }) => `ACL SETUSER ${name} resetkeys`)
  return [
    {
      code: 'others-may-write',
      message: `ACL LIST: keys of any name may be written by ${named.join(', ')}: whoever can, can undo a revocation`,
      fix: `${narrowed.join('; ')}; then give each the patterns of its own keys, as ~app:*; or ACL SETUSER … off where nobody logs in`,
    },
  ]
}
