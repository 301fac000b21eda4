import type { Capabilities, Finding } from '@tokenward/core/adapter'

/** What is claimed here the conformance suite tries; what is not claimed must not be there. */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  // Only with synchronous standbys, and only the operator knows which of them takes over.
  failoverSafe: false,
  network: true,
  readsSettings: true,
  roles: true,
  listing: true,
  pruning: true,
  notifications: true,
  maxBodyBytes: 1_048_576,
}

/** What decides what an answer and an acknowledgement are worth. */
export interface Settings {
  /** As `server_version_num` counts: 150018 is 15.18. */
  readonly version: number
  readonly replica: boolean
  readonly fsync: string
  readonly fullPageWrites: string
  readonly isolation: string
  readonly readOnly: string
  /** `p`: permanent, `u`: unlogged, `t`: temporary; `null`: there is no table yet. */
  readonly persistence: string | null
  /** Of `tokenward_records`; `null`: there is no table yet. */
  readonly rowSecurity: boolean | null
  /** What would take from each role a right to change the tables that no policy is for. */
  readonly revokes: readonly string[]
  /** Something stands between us and the server, and hands its connections out as it likes. */
  readonly pooled: boolean
}

const OLDEST_TRIED = 150_000

type Judge = (settings: Settings) => Finding | null

const REGRESSIVE = { durability: 'reverting' } as const

const JUDGES: readonly Judge[] = [
  ({ replica }) =>
    replica
      ? {
          code: 'replica',
          message:
            'pg_is_in_recovery()=true: a replica is behind, and knows too late what was revoked',
          fix: 'give the address of the primary',
          downgrades: { ...REGRESSIVE, linearizable: false },
        }
      : null,
  ({ persistence }) =>
    persistence === null || persistence === 'p'
      ? null
      : {
          code: 'unlogged-table',
          message: `relpersistence=${persistence}: a crash empties tokenward_records`,
          fix: 'ALTER TABLE tokenward_records SET LOGGED',
          downgrades: REGRESSIVE,
        },
  ({ fsync }) =>
    fsync === 'on'
      ? null
      : {
          code: 'fsync-off',
          message: `fsync=${fsync}: a crash of the machine damages the database`,
          fix: 'fsync = on in postgresql.conf',
          downgrades: REGRESSIVE,
        },
  ({ fullPageWrites }) =>
    fullPageWrites === 'on'
      ? null
      : {
          code: 'full-page-writes-off',
          message: `full_page_writes=${fullPageWrites}: a crash in the middle of a page damages it`,
          fix: 'full_page_writes = on in postgresql.conf',
          downgrades: REGRESSIVE,
        },
  ({ pooled }) =>
    pooled
      ? {
          code: 'pooler',
          message: 'the process that answers is another than the one that was connected: a pooler',
          fix: 'connect to Postgres itself; behind a pooler in transaction mode no hints arrive',
          downgrades: { notifications: false },
        }
      : null,
  ({ revokes }) =>
    revokes.length === 0
      ? null
      : {
          code: 'others-may-write',
          message: `relacl: roles without a policy may change the tables (${revokes.length}): whoever can, can undo a revocation`,
          fix: `${revokes.join('; ')}; or give the role its rights and policies by grants()`,
        },
  ({ rowSecurity }) =>
    rowSecurity !== false
      ? null
      : {
          code: 'row-security-off',
          message: 'relrowsecurity=false: a privilege is enough to change the table',
          fix: 'ALTER TABLE tokenward_records ENABLE ROW LEVEL SECURITY; then give each role its policies by grants()',
        },
  ({ isolation }) =>
    isolation === 'read committed'
      ? null
      : {
          code: 'isolation-level',
          message: `default_transaction_isolation=${isolation}: writes that meet are rolled back and repeated`,
          fix: `ALTER ROLE … SET default_transaction_isolation = 'read committed'`,
        },
  ({ readOnly }) =>
    readOnly === 'off'
      ? null
      : {
          code: 'read-only',
          message: `default_transaction_read_only=${readOnly}: nothing can be written`,
          fix: 'ALTER ROLE … SET default_transaction_read_only = off, unless it only verifies',
        },
  ({ version }) =>
    version >= OLDEST_TRIED
      ? null
      : {
          code: 'unsupported-version',
          message: `server_version_num=${version}: nobody tried this version`,
          fix: 'use Postgres 15 or later',
        },
]

export function findingsOf(settings: Settings): Finding[] {
  return JUDGES.flatMap((judge) => judge(settings) ?? [])
}
