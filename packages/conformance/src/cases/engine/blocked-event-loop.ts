import assert from 'node:assert/strict'
import type { StoredRecord } from '@tokenward/core/adapter'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept, type RepositoryWrapper } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { withoutLease } from '../../suite/requirements.ts'
import { assertActive } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web', refresh: false } as const
/** ms on an idle machine; long, so that only the case itself blocks the thread for that time. */
const DEADLINE = 2_000

const blockedEventLoop: Case = {
  name: 'blocked-event-loop',
  level: 'engine',
  catches: 'an answer that has arrived is used, even if the thread was blocked past the deadline',
  requires: withoutLease,
  async run(context) {
    const deadline = await context.shortDeadline(DEADLINE)
    const busy = busyReads(deadline)
    const instance = await context.instance({ deadline: `${deadline}ms`, wrap: busy.wrap })
    const logins = [
      await instance.issue(GRANT),
      await instance.issue(GRANT),
      await instance.issue(GRANT),
    ]
    const verifyAll = () =>
      Promise.all(
        logins.map(({ accessToken }) => assertActive(instance, accessToken, 'on a blocked thread')),
      )
    await verifyAll()
    busy.begin()
    await verifyAll()
    assert.ok(busy.wasBusy(), 'the thread was blocked past the deadline')
  },
}

/**
 * Reads whose answer arrives before the deadline: the last read record. The thread is blocked until the
 * deadline is past, and only the next turn can process the answer.
 */
function busyReads(deadline: number): {
  readonly wrap: RepositoryWrapper
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
    wrap: (inner) =>
      intercept(inner, {
        async read(pass, keys, signal) {
          if (isBusy && keys.every((key) => known.has(key))) {
            // In the phase of the event loop that comes before timers.
            await eventLoopTurns(1)
            if (!wasBusy) block(deadline + 50)
            wasBusy = true
            await eventLoopTurns(1)
            return keys.map((key) => known.get(key) ?? null)
          }
          const found = await pass(keys, signal)
          for (const [i, key] of keys.entries()) known.set(key, found[i] ?? null)
          return found
        },
      }),
  }
}

/** No other code of this thread runs meanwhile, and the other threads have the processor. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

export const cases: readonly Case[] = [blockedEventLoop]
