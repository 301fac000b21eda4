import { partInTurn } from '@tokenward/conformance/harness'
import { expect, test } from 'vitest'
import { installRuntime } from '../src/install.ts'
import { runIn } from '../src/run-in.ts'
import { titleOf } from '../src/versions.ts'

// Node 22 and 24 run the suite by their own tests. Each run of CI takes one of the others, so it installs no more.
const runtimes = ['node26', 'bun', 'deno', 'workerd'] as const
const inThisRun = partInTurn(runtimes, runtimes.length)

for (const name of runtimes) {
  test(`the cases about core pass on memory in ${titleOf(name)}`, async ({ skip }) => {
    skip(!inThisRun.includes(name), 'in turn: another run has it')
    await installRuntime(name)
    const { outcomes, problem } = await runIn(name, 'memory', '', { only: 'engine', rounds: 1 })
    expect(problem).toBe('')
    expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([])
    expect(outcomes.filter(({ status }) => status === 'passed').length).toBeGreaterThan(95)
  })
}
