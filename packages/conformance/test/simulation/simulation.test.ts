import { expect, test } from 'vitest'
import { explain, search } from '../../src/simulation/fleet.ts'
import type { Retention } from '../../src/simulation/setting.ts'

const full = process.env['TOKENWARD_FULL'] !== undefined
const COUNT = full ? 3_000_000 : 25_000
const HOURS = 3_600_000

test('every invariant holds in every schedule', { timeout: 3 * HOURS }, () =>
  simulate('durable', COUNT),
)

test('a store that goes back accepts nothing that it does not know', { timeout: HOURS }, () =>
  simulate('regressive', COUNT / 10),
)

test('a store that forgets accepts nothing that was taken back', { timeout: HOURS }, () =>
  simulate('forgetful', COUNT / 10),
)

async function simulate(retention: Retention, count: number): Promise<void> {
  const began = performance.now()
  const ran = await search({ retention, count, onProgress: progress(count) })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const { schedules, steps, operations, failures } = ran
  console.log(
    `${retention}: ${schedules} schedules, ${operations} operations, ${steps} steps in ${seconds} s`,
  )
  const [first] = failures
  if (first) expect.fail(await explain({ bad: null, retention, seed: first.seed }))
  expect(schedules).toBe(count)
}

function progress(count: number): (done: number) => void {
  let told = 0
  return (done) => {
    if (done - told < count / 20) return
    told = done
    process.stdout.write(`simulation: ${done} of ${count} schedules\n`)
  }
}
