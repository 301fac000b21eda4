import { expect, test } from 'vitest'
import { explainFailure, searchSchedules } from '../src/parallel.ts'
import type { Durability } from '../src/scenario.ts'

const full = process.env['TOKENWARD_FULL'] !== undefined
const COUNT = Number(process.env['TOKENWARD_SCHEDULES'] || (full ? 500_000 : 5_000))
const HOURS = 3_600_000

test('every invariant holds in every schedule', { timeout: 3 * HOURS }, () =>
  simulate('durable', COUNT),
)

test('a reverting store accepts no token that it does not know', { timeout: HOURS }, () =>
  simulate('reverting', COUNT / 10),
)

test('an evicting store accepts no revoked token', { timeout: HOURS }, () =>
  simulate('evicting', COUNT / 10),
)

async function simulate(durability: Durability, count: number): Promise<void> {
  const began = performance.now()
  const result = await searchSchedules({ durability, count, onProgress: progress(count) })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const { schedules, steps, operations, failures } = result
  console.log(
    `${durability}: ${schedules} schedules, ${operations} operations, ${steps} steps in ${seconds} s`,
  )
  const [first] = failures
  if (first) expect.fail(await explainFailure({ bad: null, durability, seed: first.seed }))
  expect(schedules).toBe(count)
}

function progress(count: number): (done: number) => void {
  let reported = 0
  return (done) => {
    if (done - reported < count / 20) return
    reported = done
    process.stdout.write(`simulation: ${done} of ${count} schedules\n`)
  }
}
