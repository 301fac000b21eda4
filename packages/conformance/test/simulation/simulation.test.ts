import { expect, test } from 'vitest'
import { explain, search } from '../../src/simulation/fleet.ts'
import type { Ran } from '../../src/simulation/messages.ts'
import { openFindings } from '../../src/simulation/open.ts'
import type { Retention } from '../../src/simulation/setting.ts'

const full = process.env['TOKENWARD_FULL'] !== undefined
const COUNT = full ? 3_000_000 : 100_000
const HOURS = 3_600_000

test('every invariant holds in every schedule', { timeout: 3 * HOURS }, async () => {
  const ran = await simulate('durable', COUNT)
  const unseen = openFindings.filter(({ invariant }) => !ran.open.has(invariant))
  expect(unseen, 'findings that are no longer to be seen').toEqual([])
})

test('a store that goes back accepts nothing that it does not know', { timeout: HOURS }, () =>
  simulate('regressive', COUNT / 20),
)

async function simulate(retention: Retention, count: number): Promise<Ran> {
  const began = performance.now()
  const ran = await search({ retention, count, onProgress: progress(count) })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const { schedules, steps, operations, open, failures } = ran
  const seen = [...open].map(([invariant, times]) => `${times} × ${invariant}`)
  console.log(
    [
      `${retention}: ${schedules} schedules, ${operations} operations, ${steps} steps in ${seconds} s`,
      ...seen,
    ].join('\n  open finding: '),
  )
  const [first] = failures
  if (first) expect.fail(await explain({ bad: null, retention, seed: first.seed }))
  expect(schedules).toBe(count)
  return ran
}

function progress(count: number): (done: number) => void {
  let told = 0
  return (done) => {
    if (done - told < count / 20) return
    told = done
    process.stdout.write(`simulation: ${done} of ${count} schedules\n`)
  }
}
