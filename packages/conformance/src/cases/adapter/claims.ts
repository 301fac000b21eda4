import assert from 'node:assert/strict'
import type { Capabilities } from '@tokenward/core'
import { addressOf } from '../../fault-proxy/address.ts'
import type { CaseContext } from '../../harness/case-context.ts'
import { record } from '../../harness/records.ts'
import type { ServerHandle } from '../../harness/server-handle.ts'
import { deadline } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { always, isGiven } from '../../suite/requirements.ts'
import { NOT_TRIED } from '../../suite/summary.ts'
import { WorkerPool } from '../../workers/worker-pool.ts'

/** What a claim is tried with. */
const TRIED_WITH: readonly (readonly [keyof Capabilities, keyof ServerHandle])[] = [
  ['failoverSafe', 'failover'],
  ['failoverSafe', 'depose'],
  ['readsSettings', 'unsafe'],
  ['roles', 'accounts'],
]

const claimsComplete: Case = {
  name: 'claims-complete',
  level: 'adapter',
  catches:
    'an adapter that claims less than its store is: the cases about the rest would be left out',
  requires: always,
  async run(context) {
    const { capabilities, server } = context.environment
    assert.ok(
      capabilities.network || !hasAddress(server),
      'the server has an address, so calls cross a network: claim `network`',
    )
    assert.ok(
      capabilities.shared || !(await isSeenByAnotherProcess(context)),
      'another process sees the records: claim `shared`',
    )
    for (const [claim, member] of TRIED_WITH) {
      if (!capabilities[claim] || isGiven(server[member])) continue
      context.note(`${NOT_TRIED}: ${claim} (the server handle has no ${member})`)
    }
    if (outlivesProcesses(capabilities) && !server.kill && !server.syncedWrites) {
      context.note(`${NOT_TRIED}: durability (the server handle has no kill)`)
    }
  },
}

/** The records of one process end with it, so there is nothing to kill. */
function outlivesProcesses({ durability, shared }: Capabilities): boolean {
  return durability === 'durable' && shared
}

function hasAddress(server: ServerHandle): boolean {
  try {
    addressOf(server)
    return true
  } catch {
    return false
  }
}

async function isSeenByAnotherProcess(context: CaseContext): Promise<boolean> {
  const repository = await context.repository()
  const own = record(1)
  await repository.write([{ record: own, expected: null }], deadline())
  const pool = await WorkerPool.start(context, 1)
  const [isSeen] = await pool.run('find', [{ key: own.key }])
  return isSeen === true
}

export const cases: readonly Case[] = [claimsComplete]
