import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { linearizableProcesses } from '../../src/cases/adapter/linearizable-processes.ts'
import { checkHistory } from '../../src/linearizability/check.ts'
import { fromJsonLines } from '../../src/linearizability/json-lines.ts'
import { INVARIANTS } from '../../src/linearizability/violations.ts'
import { runCaseOn } from '../../src/suite/result.ts'
import { sharedStage } from '../workers/environment.ts'

const mode = { full: false, seed: 3 }

test('a history of four processes on a correct store is linearizable, and kept', async () => {
  const environment = await sharedStage('./shared-repository.ts')
  const { result } = await runCaseOn(linearizableProcesses, environment, mode)
  expect(result.status, result.reason).toBe('passed')
  const file = /the last history: (.*)/.exec(result.notes?.[1] ?? '')?.[1] ?? ''
  const history = fromJsonLines(await readFile(file, 'utf8'))
  expect(history.length).toBeGreaterThanOrEqual(5_000)
  expect(checkHistory(history)).toMatchObject({ linearizable: true, keys: 3 })
  // Each process had begun before any had ended: they raced.
  const clients = Map.groupBy(history, (operation) => operation.process.slice(0, 2))
  expect([...clients.keys()].sort()).toEqual(['p0', 'p1', 'p2', 'p3'])
  const begins = [...clients.values()].map((own) => Math.min(...own.map(({ invoke }) => invoke)))
  const ends = [...clients.values()].map((own) => Math.max(...own.map((o) => o.return ?? o.invoke)))
  expect(Math.max(...begins)).toBeLessThan(Math.min(...ends))
})

test('the case fails where each process compares and then sets', async () => {
  const environment = {
    ...(await sharedStage('./shared-repository.ts')),
    knownBad: 'compare-then-set',
  }
  const { result } = await runCaseOn(linearizableProcesses, environment, mode)
  expect(result.reason).toContain(`not linearizable: ${INVARIANTS.twoTrue}`)
  expect(result.reason).toContain('The whole history: ')
})
