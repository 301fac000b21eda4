import assert from 'node:assert/strict'
import type { ServerHandle } from '../../harness/server-handle.ts'
import { overlapOf, tellOverlap } from '../../linearizability/concurrency.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, durable, handle } from '../../suite/requirements.ts'
import { Crew } from '../../workers/worker-pool.ts'
import { assertLinearizable, freshKeys, keepHistory } from './linearizable-register.ts'

const NAME = 'linearizable-restart'
const PROCESSES = 4
const CLIENTS = 2
const CALLS = 480
/** Of them, half before the restart and half around it. */
const LEAST = 10_000

const linearizableRestart: Case = {
  row: 3,
  name: NAME,
  level: 'adapter',
  guards: 'the one order of all reads and writes of a key goes on over a restart of the server',
  gate: all(claims('linearizable'), claims('shared'), durable, handle('kill'), handle('start')),
  rounds: { some: 1, full: 10 },
  async run(bench) {
    const crew = await Crew.start(bench, PROCESSES)
    for (let round = 0; round < bench.rounds; round++) {
      const share = { keys: freshKeys(bench, 3), clients: CLIENTS, calls: CALLS, persistent: true }
      const shares = Array.from({ length: PROCESSES }, () => share)
      const before = await crew.run('workload', shares)
      const around = await beside(crew.run('workload', shares), () => restart(bench.stage.server))
      const history = [...before, ...around].flat()
      const file = keepHistory(bench, history, NAME)
      assertLinearizable(bench, history, NAME)
      assert.ok(history.length >= LEAST, `${history.length} operations are too few`)
      if (round > 0) continue
      bench.note(`${PROCESSES} processes: ${tellOverlap(overlapOf(history))}`)
      bench.note(`the last history: ${file}`)
    }
  },
}

async function restart(server: ServerHandle): Promise<void> {
  await server.kill?.()
  await server.start?.()
}

/** What is done while the work goes on is over before the work is. */
async function beside<T>(work: Promise<T>, deed: () => Promise<void>): Promise<T> {
  let isOver = false
  const working = work.finally(() => {
    isOver = true
  })
  working.catch(() => undefined) // It may fail before it is waited for.
  // Whatever becomes of the work: the next case wants the server back.
  await deed()
  const wasOver = isOver
  const done = await working
  assert.equal(wasOver, false, 'the work was over too soon')
  return done
}

export const cases: readonly Case[] = [linearizableRestart]
