import { describe, expect, test } from 'vitest'
import { CLOCK_MARGIN_MS } from '../src/decision/decide.ts'
import { longestLease, usableLease, withLease } from '../src/lease/leases.ts'

const AT = 1_800_000_000_000

describe('a store without a lease', () => {
  test('allows none, and a revocation does not wait', () => {
    expect([usableLease({}, AT), longestLease({}, AT)]).toEqual([0, 0])
  })

  test('allows one a margin after it was prepared for it, and revocations wait at once', () => {
    const leases = withLease({}, 250, AT)
    const times = [AT - 60_000, AT, AT + CLOCK_MARGIN_MS - 1, AT + CLOCK_MARGIN_MS]
    expect(times.map((now) => usableLease({ leases }, now))).toEqual([0, 0, 0, 250])
    expect(times.map((now) => longestLease({ leases }, now))).toEqual([250, 250, 250, 250])
  })
})

const first = [{ since: 0, ms: 250 }]

test('the lease that a new store was prepared for is used at once', () => {
  expect(usableLease({ leases: first }, AT)).toBe(250)
})

test('a raised lease is used later than revocations wait for it', () => {
  const leases = withLease({ leases: first }, 1_000, AT)
  const times = [AT, AT + CLOCK_MARGIN_MS - 1, AT + CLOCK_MARGIN_MS]
  expect(times.map((now) => usableLease({ leases }, now))).toEqual([250, 250, 1_000])
  expect(times.map((now) => longestLease({ leases }, now))).toEqual([1_000, 1_000, 1_000])
})

test('a lowered lease is used at once, and revocations wait for the earlier one for longer', () => {
  const leases = withLease({ leases: first }, 50, AT)
  const times = [AT, AT + CLOCK_MARGIN_MS + 249, AT + CLOCK_MARGIN_MS + 250]
  expect(times.map((now) => usableLease({ leases }, now))).toEqual([50, 50, 50])
  expect(times.map((now) => longestLease({ leases }, now))).toEqual([250, 250, 50])
})

test('a lease that is lowered and raised again within the margin stays the lower one until then', () => {
  const leases = withLease({ leases: withLease({ leases: first }, 0, AT) }, 250, AT + 1_000)
  const times = [AT + 1_000, AT + CLOCK_MARGIN_MS, AT + 1_000 + CLOCK_MARGIN_MS]
  expect(times.map((now) => usableLease({ leases }, now))).toEqual([0, 0, 250])
  expect(times.map((now) => longestLease({ leases }, now))).toEqual([250, 250, 250])
})

test('leases that no instance uses any more are forgotten, without a change of what is allowed', () => {
  let leases = first
  for (let day = 1; day < 10; day++)
    leases = withLease({ leases }, 100 * day, AT + day * 86_400_000)
  expect(leases).toHaveLength(2)
  const now = AT + 9 * 86_400_000 + CLOCK_MARGIN_MS
  expect([usableLease({ leases }, now), longestLease({ leases }, now)]).toEqual([900, 900])
})

/** Whatever is done, and whenever: an instance never uses a lease that a revocation does not wait for. */
test('no lease is used that a revocation a call earlier has not waited for', () => {
  let state = 7
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state % below
  }
  for (let run = 0; run < 2_000; run++) {
    let leases = [{ since: 0, ms: random(4) * 100 }]
    let now = AT
    const history: { readonly at: number; readonly leases: typeof leases }[] = []
    for (let step = 0; step < 8; step++) {
      history.push({ at: now, leases })
      now += random(2) === 0 ? random(2_000) : random(2 * CLOCK_MARGIN_MS)
      leases = withLease({ leases }, random(4) * 100, now)
    }
    // An instance that read the root record as it was at `read`, and a revocation that read a later or an
    // earlier one, at most as long ago as a call may take.
    const read = history[random(history.length)] as (typeof history)[number]
    const used = usableLease(read, read.at)
    const others = history.filter(({ at }) => Math.abs(at - read.at) < 300_000)
    for (const other of others) {
      if (other.at > read.at + used) continue
      expect(longestLease(other, other.at)).toBeGreaterThanOrEqual(used)
    }
  }
})
