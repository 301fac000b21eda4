import { createRandom, MINUTE, type Random, SECOND } from '@tokenward/conformance/harness'

export type Durability = 'durable' | 'evicting' | 'reverting'

/** Limits of a schedule, so that a failure is easier to read. */
export interface Limits {
  readonly machines?: number
  readonly operations?: number
  /** Answers and requests are lost, writes come twice. */
  readonly faults?: boolean
  /** The keys of one call are read and written at different instants. */
  readonly splits?: boolean
  /** Clocks differ, and time passes. */
  readonly clocks?: boolean
}

/** What a seed decides before anything happens. */
export interface Scenario {
  readonly durability: Durability
  readonly policy: 'allowlist' | 'denylist'
  /** ms */
  readonly grace: number
  readonly machines: number
  readonly operations: number
  /** The probability for each call, and for each write to be repeated. */
  readonly faults: number
  readonly splits: number
  /** For a while every call fails. */
  readonly outage: boolean
  /** The most by which two clocks differ, ms. */
  readonly apart: number
  /** How often time passes, or a clock jumps. */
  readonly jumps: number
  /** Its instances are not reused, and cache signatures. */
  readonly isFresh: boolean
  /** Which of the initial states. */
  readonly start: number
  readonly theme: Theme
  /** Its instances seal: sessions have data, which is changed. */
  readonly isSealed: boolean
  /** Of every second instance, ms. 0: all of them ask the store each time. */
  readonly lease: number
}

/** What most operations of one schedule are about: conflicts are rare by chance alone. */
export type Theme =
  | 'anything'
  | 'revoking'
  | 'rotating'
  | 'consuming'
  | 'saving'
  | 'time'
  | 'pruning'
const THEMES: readonly Theme[] = [
  'anything',
  'revoking',
  'rotating',
  'consuming',
  'saving',
  'time',
  'pruning',
]

/** ms since 1970 at which every schedule begins. */
export const BASE = 1_800_000_000_000
/** ms. Short, so that a cutoff is pruned within the lifetime of a session that was issued under it. */
export const ACCESS: number = 5 * MINUTE
export const REFRESH: number = 20 * MINUTE
export const SESSION: number = 60 * MINUTE
/** Of every instance; ms. */
export const SKEW: number = 5 * SECOND
/**
 * ms. Twice that fits into the margin of 15 minutes: an issuer may be ahead of the revoker, and the
 * pruner ahead of both.
 */
const FAR_APART: number = 5 * MINUTE
/** ms. The longest is that of the store. */
export const LEASES: readonly number[] = [50, 400, 3_000]
const STARTS = 48
/** Whether an initial state has a login that was issued under a cutoff, which may be pruned soon. */
export const isAged = (start: number): boolean => start % 6 === 3

export function scenarioFor(seed: number, durability: Durability, limits: Limits = {}): Scenario {
  const random = createRandom(seed ^ 0x5e771096)
  const scenario: Scenario = {
    durability,
    policy: random.chance(0.7) ? 'allowlist' : 'denylist',
    grace: random.chance(0.5) ? 0 : 10 * SECOND,
    machines: random.pick([2, 2, 2, 3, 3, 4]),
    operations: 4 + random.below(6),
    faults: random.pick([0, 0, 0.05, 0.12, 0.25]),
    splits: random.pick([0, 0.3, 1]),
    outage: random.chance(0.15),
    apart: random.pick([0, SKEW, FAR_APART]),
    jumps: random.pick([0, 0, 1, 2, 4]),
    start: random.below(STARTS),
    isFresh: random.chance(0.1),
    theme: random.pick(THEMES),
    isSealed: createRandom(seed ^ 0x0da7a).chance(0.3),
    lease: 0,
  }
  return limited(leased(widened(onRetention(scenario), random), seed), limits)
}

function onRetention(scenario: Scenario): Scenario {
  const { durability, theme } = scenario
  if (durability === 'durable') return scenario
  if (durability === 'reverting') return { ...scenario, faults: 0, outage: false }
  const needsMemory = theme === 'saving' || theme === 'pruning'
  return { ...scenario, policy: 'allowlist', theme: needsMemory ? 'revoking' : theme }
}

function widened(scenario: Scenario, random: Random): Scenario {
  const { theme } = scenario
  if (theme === 'pruning') return { ...scenario, start: 3 + 6 * random.below(STARTS / 6), jumps: 1 }
  if (theme === 'rotating') return { ...scenario, jumps: 1 + random.below(4) }
  if (theme !== 'time') return scenario
  return { ...scenario, jumps: 3 + random.below(4), operations: scenario.operations + 2 }
}

/** Instances with a lease remember signatures, and time passes: a lease that never ends is none. */
function leased(scenario: Scenario, seed: number): Scenario {
  const random = createRandom(seed ^ 0x1ea5e)
  if (scenario.durability !== 'durable' || !random.chance(0.1)) return scenario
  const lease = random.pick(LEASES)
  const operations = scenario.operations + 12
  return { ...scenario, lease, operations, isFresh: true, jumps: 4 + random.below(8) }
}

function limited(scenario: Scenario, limits: Limits): Scenario {
  const { machines = 4, operations = 12, faults = true, splits = true, clocks = true } = limits
  return {
    ...scenario,
    machines: Math.min(scenario.machines, machines),
    operations: Math.min(scenario.operations, operations),
    ...(!faults && { faults: 0, outage: false }),
    ...(!splits && { splits: 0 }),
    ...(!clocks && { apart: 0, jumps: 0 }),
  }
}
