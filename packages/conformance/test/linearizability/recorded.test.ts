import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { linearizableRegister } from '../../src/cases/adapter/linearizable-register.ts'
import { createEnvironment, type Environment } from '../../src/harness/environment.ts'
import { createRandom } from '../../src/harness/random.ts'
import { checkHistory } from '../../src/linearizability/check.ts'
import { exportHistory, fromJsonLines } from '../../src/linearizability/json-lines.ts'
import { INVARIANTS } from '../../src/linearizability/violations.ts'
import { runWorkload } from '../../src/linearizability/workload.ts'
import { runCaseOn } from '../../src/suite/result.ts'

const right = new URL('../map-repository.ts', import.meta.url)
const wrong = new URL('./compare-then-set.ts', import.meta.url)

async function stageOf(repository: URL): Promise<Environment> {
  const environment = await createEnvironment(
    {
      url: `map:${crypto.randomUUID()}`,
      server: { name: 'a map', version: '1', standIn: false },
      stop: async () => {},
    },
    repository,
  )
  environment.unhandled.stop()
  return environment
}

async function historyOf(repository: URL, seed: number) {
  const { connect, server } = await stageOf(repository)
  const repositories = Array.from({ length: 8 }, () => connect(server.url, 'histories'))
  for (const each of repositories) await each.open()
  const random = createRandom(seed)
  const keys = ['a'.repeat(24), 'b'.repeat(24)]
  return await runWorkload({ repositories, keys, calls: 50, random })
}

test('a history recorded on a correct map is linearizable', async () => {
  const history = await historyOf(right, 1)
  expect(checkHistory(history)).toEqual({ linearizable: true, operations: history.length, keys: 2 })
  const outcomes = new Set(history.map(({ op, outcome }) => `${op} ${outcome}`))
  expect([...outcomes].sort()).toEqual(['read ok', 'write fail', 'write indeterminate', 'write ok'])
  expect(new Set(history.map((operation) => operation.process)).size).toBe(8)
})

test('a history recorded on a store that compares, and then sets, is not linearizable', async () => {
  const seed = 1
  const file = exportHistory(`compare-then-set-register-${seed}`, await historyOf(wrong, seed))
  const history = fromJsonLines(await readFile(file, 'utf8'))
  expect(history.length).toBeGreaterThan(400)
  const result = checkHistory(history)
  expect(result).toMatchObject({ linearizable: false, invariant: INVARIANTS.twoTrue })
  // Two writes that both returned true are the whole proof.
  if (!result.linearizable) expect(result.segment.operations).toHaveLength(2)
})

test('the case fails by name, shows the segment, and keeps the history', async () => {
  const mode = { full: false, seed: 3 }
  const environment = await stageOf(wrong)
  const { result } = await runCaseOn(linearizableRegister, environment, mode)
  expect(result.status).toBe('failed')
  expect(result.reason).toContain(INVARIANTS.twoTrue)
  expect(result.reason).toMatch(/c\d +\|-*\|? +write .* -> .*: true/)
  expect(result.reason).toContain('TOKENWARD_SEED=3')
  const file = /The whole history: (.*)/.exec(result.reason ?? '')?.[1] ?? ''
  expect(basename(file)).toMatch(/^compare-then-set-linearizable-register-\d+\.jsonl$/)
  const history = fromJsonLines(await readFile(file, 'utf8'))
  expect(checkHistory(history)).toMatchObject({ invariant: INVARIANTS.twoTrue })
})

test('the case passes on a correct map, and reports its concurrency', async () => {
  const few = { ...linearizableRegister, rounds: { quick: 6, full: 6 } }
  const { result } = await runCaseOn(few, await stageOf(right), { full: false, seed: 3 })
  expect(result.status, result.reason).toBe('passed')
  expect(result.notes?.[0]).toMatch(/^6 histories of 8 clients: \d+ operations, .* overlapped/)
})
