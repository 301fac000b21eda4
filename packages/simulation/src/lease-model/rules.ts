import type { Ages, Lease } from './state.ts'

/** The rules of leases. Each can be broken separately. */
export interface LeaseRules {
  /** The age of what was read; infinite: unknown. */
  age(ages: Ages): number
  /** The longest lease that an instance may use, by the leases that it has read. */
  usable(leases: readonly Lease[]): number
  /** For how long a revocation waits after the acknowledgement, by the leases that it has read before. */
  wait(leases: readonly Lease[], hasCache: boolean): number
  /** Whether the lease begins when the read is sent, and not when its reply arrives. */
  readonly beginsWhenSent: boolean
  /** Whether the age is looked at in the turn of the decision, and not before a pause. */
  readonly looksAtOnce: boolean
}

/** No call lasts longer, in ticks: it rejects at its deadline, and promises nothing. */
export const CALL = 1
/** As `CLOCK_MARGIN_MS` of core: longer than a call, and than two clocks differ. */
const MARGIN = 2

function usable(leases: readonly Lease[]): number {
  const first = leases.findLastIndex(({ age }, i) => i === 0 || age >= MARGIN)
  return Math.min(...leases.slice(Math.max(first, 0)).map(({ length }) => length))
}

function longest(leases: readonly Lease[]): number {
  const inUse = leases.filter(({ length }, i) => {
    const next = leases[i + 1]
    return next === undefined || next.age < length + MARGIN
  })
  return Math.max(...inUse.map(({ length }) => length))
}

/** The rules of core. */
export const rules: LeaseRules = {
  age: ({ monotonic, wall }) => (monotonic === wall ? monotonic : Number.POSITIVE_INFINITY),
  usable,
  wait: longest,
  beginsWhenSent: true,
  looksAtOnce: true,
}

const last = (leases: readonly Lease[]) => leases.at(-1)?.length ?? 0

/** Each must lead to an acceptance of what was revoked. */
export const brokenRules: Readonly<Record<string, LeaseRules>> = {
  'the age since the reply': { ...rules, beginsWhenSent: false },
  'the age before a pause': { ...rules, looksAtOnce: false },
  'resolves at the acknowledgement': { ...rules, wait: () => 0 },
  'waits only with a cache': {
    ...rules,
    wait: (leases, hasCache) => (hasCache ? longest(leases) : 0),
  },
  'waits one tick less': { ...rules, wait: (leases) => Math.max(longest(leases) - 1, 0) },
  'a lowered lease counts at once': { ...rules, wait: last },
  'a raised lease counts at once': { ...rules, usable: last },
  'the monotonic clock alone': { ...rules, age: ({ monotonic }) => monotonic },
  'the wall clock alone': { ...rules, age: ({ wall }) => Math.max(wall, 0) },
}
