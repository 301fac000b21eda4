import type { Case } from '../../suite/case.ts'
import { cases as claims } from './claims.ts'
import { cases as compareAndSet } from './compare-and-set.ts'
import { cases as corrupt } from './corrupt.ts'
import { cases as deposedPrimary } from './deposed-primary.ts'
import { cases as dryMigration } from './dry-migration.ts'
import { cases as lifecycle } from './lifecycle.ts'
import { cases as linearizableProcesses } from './linearizable-processes.ts'
import { cases as linearizableRegister } from './linearizable-register.ts'
import { cases as linearizableRestart } from './linearizable-restart.ts'
import { cases as lists } from './lists.ts'
import { cases as manyRecords } from './many-records.ts'
import { cases as network } from './network.ts'
import { cases as powerLoss } from './power-loss.ts'
import { cases as pruning } from './pruning.ts'
import { cases as recordsKept } from './records-kept.ts'
import { cases as resources } from './resources.ts'
import { cases as separateRecords } from './separate-records.ts'
import { cases as serverExpiry } from './server-expiry.ts'
import { cases as sessions } from './sessions.ts'
import { cases as storeExpiry } from './store-expiry.ts'
import { cases as timeZones } from './time-zones.ts'

/** The cases about the compare-and-set map, in the order in which they run. */
export const adapterCases: readonly Case[] = [
  ...claims,
  ...compareAndSet,
  ...separateRecords,
  ...recordsKept,
  ...corrupt,
  ...storeExpiry,
  ...serverExpiry,
  ...timeZones,
  ...pruning,
  ...lists,
  ...manyRecords,
  ...lifecycle,
  ...sessions,
  ...dryMigration,
  ...resources,
  ...network,
  ...linearizableRegister,
  ...linearizableProcesses,
  ...linearizableRestart,
  ...powerLoss,
  ...deposedPrimary,
]
