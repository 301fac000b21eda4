import type { Finding } from '@tokenward/core/adapter'
import type { Settings } from './settings.ts'

type SettingsCheck = (settings: Settings) => Finding | null

const REVERTING = { durability: 'reverting' } as const
const STALE = { ...REVERTING, linearizable: false } as const

const CHECKS: readonly SettingsCheck[] = [
  ({ writable }) =>
    writable
      ? null
      : {
          code: 'replica',
          message: 'isWritablePrimary=false: a secondary learns of a revocation too late',
          fix: 'connect to the replica set (replicaSet=…), or give the address of the primary',
          downgrades: STALE,
        },
  ({ direct, members }) =>
    direct && members > 1
      ? {
          code: 'direct-connection',
          message: `directConnection=true to one of ${members} members: it is read from even when it is a secondary`,
          fix: 'remove directConnection, and name the replica set (replicaSet=…)',
          downgrades: STALE,
        }
      : null,
  ({ kind }) =>
    kind === 'standalone'
      ? {
          code: 'standalone',
          message: 'no setName: a single server has no change streams and no linearizable reads',
          fix: 'start mongod with --replSet, and rs.initiate(): one member is enough',
          downgrades: { notifications: false, failoverSafe: false, linearizable: false },
        }
      : null,
  ({ persistent }) =>
    persistent === false
      ? {
          code: 'in-memory',
          message: 'storageEngine.persistent=false: a restart loses all records',
          fix: 'use the storage engine WiredTiger',
          downgrades: { ...REVERTING, failoverSafe: false },
        }
      : null,
  ({ journaled }) =>
    journaled === false
      ? {
          code: 'journal-disabled',
          message: 'storage.journal.enabled=false: a crash loses acknowledged writes',
          fix: 'remove storage.journal.enabled from the configuration of mongod',
          downgrades: { ...REVERTING, failoverSafe: false },
        }
      : null,
  ({ collation }) =>
    collation === null
      ? null
      : {
          code: 'collation',
          message: `the collection compares keys by the collation ${collation}, not by bytes`,
          fix: 'create tokenward_records without a collation: rename the collection, and run prepare()',
          downgrades: STALE,
        },
  ({ shardKey }) =>
    shardKey === null || /^{"_id":(1|"hashed")}$/.test(shardKey)
      ? null
      : {
          code: 'shard-key',
          message: `the shard key is ${shardKey}: two shards may each store a record of one key`,
          fix: `sh.shardCollection('….tokenward_records', { _id: 'hashed' })`,
          downgrades: STALE,
        },
  ({ missingIndexes }) =>
    missingIndexes.length === 0
      ? null
      : {
          code: 'missing-index',
          message: `missing: ${missingIndexes.join(', ')}: list and prune read the whole collection`,
          fix: 'run prepare() with the migrate role',
        },
  ({ authorization, loopback }) =>
    authorization !== false || loopback
      ? null
      : {
          code: 'authorization-disabled',
          message:
            'security.authorization is off: every client that reaches the server can change and delete records, and so undo a revocation',
          fix: 'start mongod with --auth or a keyFile, and give each process its role: see the grants in the README of @tokenward/mongodb',
        },
]

export function findingsOf(settings: Settings): Finding[] {
  return CHECKS.flatMap((check) => check(settings) ?? [])
}
