import type { Bench } from '../../harness/case-context.ts'
import { describeVerdict, judgeHistory } from '../../linearizability/check.ts'
import {
  addOverlap,
  NO_OVERLAP,
  overlapOf,
  tellOverlap,
} from '../../linearizability/concurrency.ts'
import { exportHistory } from '../../linearizability/json-lines.ts'
import type { Operation } from '../../linearizability/operation.ts'
import { runWorkload } from '../../linearizability/workload.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'

const CLIENTS = 8
/** Of each client: a few more than are asked for, since reads that are given up leave no trace. */
const CALLS = 56

export const linearizableRegister: Case = {
  row: 3,
  name: 'linearizable-register',
  level: 'adapter',
  guards: 'there is one order of all reads and writes of a key that explains every answer',
  gate: claims('linearizable'),
  rounds: { some: 40, full: 1_000 },
  async run(bench) {
    const connections = Array.from({ length: CLIENTS }, () => bench.repository())
    const repositories = await Promise.all(connections)
    let overlap = NO_OVERLAP
    for (let round = 0; round < bench.rounds; round++) {
      const keys = freshKeys(bench, 1 + (round % 3))
      const history = await runWorkload({ repositories, keys, calls: CALLS, random: bench.random })
      overlap = addOverlap(overlap, overlapOf(history))
      assertLinearizable(bench, history, 'linearizable-register')
    }
    bench.note(`${bench.rounds} histories of ${CLIENTS} clients: ${tellOverlap(overlap)}`)
  },
}

export function freshKeys({ random }: Bench, count: number): string[] {
  return Array.from({ length: count }, () => random.hex(64))
}

/** Keeps a history that is not. */
export function assertLinearizable(
  bench: Bench,
  history: readonly Operation[],
  name: string,
): void {
  const verdict = judgeHistory(history)
  if (verdict.linearizable) return
  const file = keepHistory(bench, history, name)
  throw new Error(`${describeVerdict(verdict)}\nThe whole history: ${file}`)
}

/** @returns the file */
export function keepHistory(
  { stage: { adapter, knownBad }, random }: Bench,
  history: readonly Operation[],
  name: string,
): string {
  // A bad history that was to be expected is not found under the name of a good adapter.
  const whose = knownBad === undefined ? adapter : `${knownBad}-on-${adapter}`
  return exportHistory(`${whose}-${name}-${random.seed}`, history)
}

export const cases: readonly Case[] = [linearizableRegister]
