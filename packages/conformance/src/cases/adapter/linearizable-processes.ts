import assert from 'node:assert/strict'
import { overlapOf, tellOverlap } from '../../linearizability/concurrency.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims } from '../../suite/requirements.ts'
import { Crew } from '../../workers/worker-pool.ts'
import { assertLinearizable, freshKeys, keepHistory } from './linearizable-register.ts'

const NAME = 'linearizable-processes'
const PROCESSES = 4
const CLIENTS = 2
const CALLS = 480
const LEAST = 5_000

export const linearizableProcesses: Case = {
  row: 3,
  name: NAME,
  level: 'adapter',
  guards: 'the one order of all reads and writes of a key is the same for all processes',
  gate: all(claims('linearizable'), claims('shared')),
  rounds: { some: 1, full: 40 },
  async run(bench) {
    const crew = await Crew.start(bench, PROCESSES)
    for (let round = 0; round < bench.rounds; round++) {
      const share = { keys: freshKeys(bench, 3), clients: CLIENTS, calls: CALLS }
      const shares = Array.from({ length: PROCESSES }, () => share)
      const history = (await crew.run('workload', shares)).flat()
      // Good ones too: other checkers may judge this one.
      const file = keepHistory(bench, history, NAME)
      assertLinearizable(bench, history, NAME)
      assert.ok(history.length >= LEAST, `${history.length} operations are too few`)
      if (round > 0) continue
      bench.note(`${PROCESSES} processes: ${tellOverlap(overlapOf(history))}`)
      bench.note(`the last history: ${file}`)
    }
  },
}

export const cases: readonly Case[] = [linearizableProcesses]
