import assert from 'node:assert/strict'
import type { ServerHandle } from '../../harness/server-handle.ts'
import { concurrencyOf, describeConcurrency } from '../../linearizability/concurrency.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, durable, handle } from '../../suite/requirements.ts'
import { WorkerPool } from '../../workers/worker-pool.ts'
import { assertLinearizable, freshKeys, keepHistory } from './linearizable-register.ts'

const NAME = 'linearizable-restart'
const PROCESSES = 4
const CLIENTS = 2
const CALLS = 480
/** Rounds: half before the restart and half around it. */
const LEAST = 10_000

const linearizableRestart: Case = {
  planRow: 3,
  name: NAME,
  level: 'adapter',
  catches: 'one order of all reads and writes of a key continues over a restart of the server',
  requires: all(claims('shared'), durable, handle('kill'), handle('start')),
  rounds: { quick: 1, full: 10 },
  async run(context) {
    const pool = await WorkerPool.start(context, PROCESSES)
    for (let round = 0; round < context.rounds; round++) {
      const share = {
        keys: freshKeys(context, 3),
        clients: CLIENTS,
        calls: CALLS,
        persistent: true,
      }
      const shares = Array.from({ length: PROCESSES }, () => share)
      const before = await pool.run('workload', shares)
      const around = await beside(pool.run('workload', shares), () =>
        restart(context.environment.server),
      )
      const history = [...before, ...around].flat()
      const file = keepHistory(context, history, NAME)
      assertLinearizable(context, history, NAME)
      assert.ok(history.length >= LEAST, `${history.length} operations are too few`)
      if (round > 0) continue
      context.note(`${PROCESSES} processes: ${describeConcurrency(concurrencyOf(history))}`)
      context.note(`the last history: ${file}`)
    }
  },
}

async function restart(server: ServerHandle): Promise<void> {
  await server.kill?.()
  await server.start?.()
}

/** Fails if the work ends before the restart does. */
async function beside<T>(work: Promise<T>, deed: () => Promise<void>): Promise<T> {
  let isOver = false
  const working = work.finally(() => {
    isOver = true
  })
  working.catch(() => undefined) // The work may fail before it is awaited. The server is restarted in any case, for the next case.
  await deed()
  const wasOver = isOver
  const done = await working
  assert.equal(wasOver, false, 'the work ended too soon')
  return done
}

export const cases: readonly Case[] = [linearizableRestart]
