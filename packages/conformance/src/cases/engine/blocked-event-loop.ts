import assert from 'node:assert/strict'
import type { StoredRecord } from '@tokenward/core'
import { turns } from '../../harness/unhandled-errors.ts'
import { interpose, type Through } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web', refresh: false } as const
/** ms, where the machine is not busy; long, so that nothing but the case itself keeps the thread so long. */
const DEADLINE = 2_000

const busyThread: Case = {
  name: 'busy-thread',
  level: 'engine',
  guards: 'an answer that has arrived is used, although the thread was busy past the deadline',
  gate: always,
  async run(bench) {
    const deadline = await bench.shortDeadline(DEADLINE)
    const busy = busyReads(deadline)
    const instance = await bench.instance({ deadline: `${deadline}ms`, through: busy.through })
    const logins = [
      await instance.issue(GRANT),
      await instance.issue(GRANT),
      await instance.issue(GRANT),
    ]
    const verifyAll = () =>
      Promise.all(
        logins.map(({ accessToken }) => assertActive(instance, accessToken, 'on a busy thread')),
      )
    await verifyAll()
    busy.begin()
    await verifyAll()
    assert.ok(busy.wasBusy(), 'the thread was busy past the deadline')
  },
}

/**
 * Reads whose answer is there before the deadline: it is what was read last. The thread is busy until
 * the deadline is past, and only the turn after that can look at the answer.
 */
function busyReads(deadline: number): {
  readonly through: Through
  begin(): void
  wasBusy(): boolean
} {
  const known = new Map<string, StoredRecord | null>()
  let isBusy = false
  let wasBusy = false
  return {
    begin: () => {
      isBusy = true
    },
    wasBusy: () => wasBusy,
    through: (inner) =>
      interpose(inner, {
        async read(pass, keys, signal) {
          if (isBusy && keys.every((key) => known.has(key))) {
            // In the phase of the event loop that timers come after.
            await turns(1)
            if (!wasBusy) spin(deadline + 50)
            wasBusy = true
            await turns(1)
            return keys.map((key) => known.get(key) ?? null)
          }
          const found = await pass(keys, signal)
          for (const [i, key] of keys.entries()) known.set(key, found[i] ?? null)
          return found
        },
      }),
  }
}

function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end) {
    // Nothing else runs.
  }
}

export const cases: readonly Case[] = [busyThread]
