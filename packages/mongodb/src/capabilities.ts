import type { Capabilities, Finding } from '@tokenward/core/adapter'
import type { Settings } from './settings.ts'

/** How reads are made: `ReadConcern` in `index.ts` says what each is worth. */
export type ReadConcern = 'majority' | 'linearizable'

/** What is claimed here the conformance suite tries; what is not claimed must not be there. */
export function capabilitiesFor(readConcern: ReadConcern): Capabilities {
  return {
    durability: 'durable',
    shared: true,
    // By `majority` a primary that was deposed and does not know it yet answers what it knows.
    linearizable: readConcern === 'linearizable',
    // Who is elected has everything that a majority has acknowledged.
    failoverSafe: true,
    network: true,
    readsSettings: true,
    roles: true,
    listing: true,
    pruning: true,
    notifications: true,
    // 256 of them, as many as core sends at most, fit into the 16 MB of one command and one reply.
    maxBodyBytes: 32_768,
  }
}

type SettingsCheck = (settings: Settings) => Finding | null

const REGRESSIVE = { durability: 'reverting' } as const
const UNTRUE = { ...REGRESSIVE, linearizable: false } as const

const CHECKS: readonly SettingsCheck[] = [
  ({ writable }) =>
    writable
      ? null
      : {
          code: 'replica',
          message: 'isWritablePrimary=false: a secondary knows too late what was revoked',
          fix: 'connect to the replica set (replicaSet=…), or give the address of the primary',
          downgrades: UNTRUE,
        },
  ({ direct, members }) =>
    direct && members > 1
      ? {
          code: 'direct-connection',
          message: `directConnection=true to one of ${members} members: it is asked even when it is a secondary`,
          fix: 'leave directConnection out, and name the replica set (replicaSet=…)',
          downgrades: UNTRUE,
        }
      : null,
  ({ kind }) =>
    kind === 'standalone'
      ? {
          code: 'standalone',
          message: 'no setName: a single server has no change streams and no linearizable reads',
          fix: 'start mongod with --replSet, and rs.initiate(): one member will do',
          downgrades: { notifications: false, failoverSafe: false },
        }
      : null,
  ({ persistent }) =>
    persistent === false
      ? {
          code: 'in-memory',
          message: 'storageEngine.persistent=false: nothing outlives a restart',
          fix: 'use the storage engine WiredTiger',
          downgrades: { ...REGRESSIVE, failoverSafe: false },
        }
      : null,
  ({ journaled }) =>
    journaled === false
      ? {
          code: 'journal-disabled',
          message: 'storage.journal.enabled=false: a crash loses what was acknowledged',
          fix: 'take storage.journal.enabled out of the configuration of mongod',
          downgrades: { ...REGRESSIVE, failoverSafe: false },
        }
      : null,
  ({ collation }) =>
    collation === null
      ? null
      : {
          code: 'collation',
          message: `the collection compares by the collation ${collation}, and not by bytes`,
          fix: 'make tokenward_records without a collation: move it away, and run prepare()',
          downgrades: UNTRUE,
        },
  ({ shardKey }) =>
    shardKey === null || /^{"_id":(1|"hashed")}$/.test(shardKey)
      ? null
      : {
          code: 'shard-key',
          message: `the shard key is ${shardKey}: two shards may hold one key each`,
          fix: `sh.shardCollection('….tokenward_records', { _id: 'hashed' })`,
          downgrades: UNTRUE,
        },
  ({ missingIndexes }) =>
    missingIndexes.length === 0
      ? null
      : {
          code: 'missing-index',
          message: `there is no index ${missingIndexes.join(', ')}: lists and prune look at everything`,
          fix: 'run prepare() with the role that migrates',
        },
  ({ authorization, loopback }) =>
    authorization !== false || loopback
      ? null
      : {
          code: 'authorization-disabled',
          message:
            'security.authorization is off: each client that reaches the server can change and delete records, and so undo a revocation',
          fix: 'start mongod with --auth or a keyFile, and give each process its role: see the grants in the README of @tokenward/mongodb',
        },
]

export function findingsOf(settings: Settings): Finding[] {
  return CHECKS.flatMap((check) => check(settings) ?? [])
}
