import assert from 'node:assert/strict'
import { concurrencyOf, describeConcurrency } from '../../linearizability/concurrency.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { WorkerPool } from '../../workers/worker-pool.ts'
import { assertLinearizable, freshKeys, keepHistory } from './linearizable-register.ts'

const NAME = 'linearizable-processes'
const PROCESSES = 4
const CLIENTS = 2
const CALLS = 480
const LEAST = 5_000

export const linearizableProcesses: Case = {
  planRow: 3,
  name: NAME,
  level: 'adapter',
  catches: 'all processes agree on one order of all reads and writes of a key',
  requires: claims('shared'),
  rounds: { quick: 1, full: 40 },
  async run(context) {
    const pool = await WorkerPool.start(context, PROCESSES)
    for (let round = 0; round < context.rounds; round++) {
      const share = { keys: freshKeys(context, 3), clients: CLIENTS, calls: CALLS }
      const shares = Array.from({ length: PROCESSES }, () => share)
      const history = (await pool.run('workload', shares)).flat()
      // Correct histories are kept too, for other checkers.
      const file = keepHistory(context, history, NAME)
      assertLinearizable(context, history, NAME)
      assert.ok(history.length >= LEAST, `${history.length} operations are too few`)
      if (round > 0) continue
      context.note(`${PROCESSES} processes: ${describeConcurrency(concurrencyOf(history))}`)
      context.note(`the last history: ${file}`)
    }
  },
}

export const cases: readonly Case[] = [linearizableProcesses]
