import type { CaseContext } from '../../harness/case-context.ts'
import { checkHistory, describeResult } from '../../linearizability/check.ts'
import {
  addConcurrency,
  concurrencyOf,
  describeConcurrency,
  NO_CONCURRENCY,
} from '../../linearizability/concurrency.ts'
import { exportHistory } from '../../linearizability/json-lines.ts'
import type { Operation } from '../../linearizability/operation.ts'
import { runWorkload } from '../../linearizability/workload.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'

const CLIENTS = 8
/** Operations of each client: slightly more than needed, because aborted reads leave no trace. */
const CALLS = 56

export const linearizableRegister: Case = {
  planRow: 3,
  name: 'linearizable-register',
  level: 'adapter',
  catches: 'one order of all reads and writes of a key explains every answer',
  requires: always,
  rounds: { quick: 40, full: 1_000 },
  async run(context) {
    const connections = Array.from({ length: CLIENTS }, () => context.repository())
    const repositories = await Promise.all(connections)
    let overlap = NO_CONCURRENCY
    for (let round = 0; round < context.rounds; round++) {
      const keys = freshKeys(context, 1 + (round % 3))
      const history = await runWorkload({
        repositories,
        keys,
        calls: CALLS,
        random: context.random,
      })
      overlap = addConcurrency(overlap, concurrencyOf(history))
      assertLinearizable(context, history, 'linearizable-register')
    }
    context.note(
      `${context.rounds} histories of ${CLIENTS} clients: ${describeConcurrency(overlap)}`,
    )
  },
}

export function freshKeys({ random }: CaseContext, count: number): string[] {
  return Array.from({ length: count }, () => random.key())
}

/** Keeps a history that is not linearizable. */
export function assertLinearizable(
  context: CaseContext,
  history: readonly Operation[],
  name: string,
): void {
  const result = checkHistory(history)
  if (result.linearizable) return
  const file = keepHistory(context, history, name)
  throw new Error(`${describeResult(result)}\nThe whole history: ${file}`)
}

/** @returns the path of the file */
export function keepHistory(
  { environment: { adapter, knownBad }, random }: CaseContext,
  history: readonly Operation[],
  name: string,
): string {
  // An expected bad history must not be stored under the name of a correct adapter.
  const whose = knownBad === undefined ? adapter : `${knownBad}-on-${adapter}`
  return exportHistory(`${whose}-${name}-${random.seed}`, history)
}

export const cases: readonly Case[] = [linearizableRegister]
