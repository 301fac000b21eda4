import { CALL, type LeaseRules } from './rules.ts'
import {
  type Ages,
  type Bounds,
  type Lease,
  OLD,
  older,
  type Revocation,
  type State,
} from './state.ts'

export interface Step {
  readonly name: string
  readonly state: State
}

/** The step that no rule may lead to. */
export const VIOLATION = 'a verification that began after the revocation had resolved accepts'

export function stepsFrom(state: State, rules: LeaseRules, bounds: Bounds): Step[] {
  const steps = [
    ...clockSteps(state, bounds),
    ...storeSteps(state, bounds),
    ...revocationSteps(state, rules, bounds),
    ...(state.isSuspended ? [] : instanceSteps(state, rules)),
  ]
  return steps.filter((step) => !isUnknowable(step.state))
}

/** A clock was set back by as much as the other one stopped: no rule can tell that from a machine that went on. */
function isUnknowable({ suspensions, setBacks, remembered, read }: State): boolean {
  const seen = [remembered, read].filter((each) => each !== null)
  return suspensions > 0 && setBacks > 0 && seen.some((each) => each.isDoubtful)
}

function clockSteps(state: State, bounds: Bounds): Step[] {
  const steps: Step[] = [{ name: 'tick', state: ticked(state) }]
  const { isSuspended, suspensions, setBacks, remembered, read } = state
  if (isSuspended) steps.push({ name: 'resume', state: { ...state, isSuspended: false } })
  else if (suspensions < bounds.suspensions)
    steps.push({
      name: 'suspend',
      state: { ...state, isSuspended: true, suspensions: suspensions + 1 },
    })
  if (setBacks < bounds.setBacks && !isSuspended)
    steps.push({
      name: 'set the clock back',
      state: {
        ...state,
        setBacks: setBacks + 1,
        remembered: remembered && setBack(remembered),
        read: read && setBack(read),
      },
    })
  return steps
}

function ticked(state: State): State {
  const { isSuspended, leases, remembered, read, revocation } = state
  return {
    ...state,
    leases: aged(leases),
    remembered: remembered && tickedAges(remembered, isSuspended),
    read: read && tickedAges(read, isSuspended),
    revocation: tickedRevocation(revocation),
  }
}

const aged = (leases: readonly Lease[]) =>
  leases.map(({ age, length }) => ({ age: older(age), length }))

function tickedAges<T extends Ages>(ages: T, isSuspended: boolean): T {
  const monotonic = isSuspended ? ages.monotonic : older(ages.monotonic)
  return doubted({ ...ages, monotonic, wall: older(ages.wall), age: older(ages.age) })
}

function setBack<T extends Ages>(ages: T): T {
  return doubted({ ...ages, wall: ages.wall - 1 })
}

/** Both clocks agree on an age that is not the true one. */
function doubted<T extends Ages>(ages: T): T {
  const { monotonic, wall, age } = ages
  return { ...ages, isDoubtful: monotonic === wall && wall < age && age < OLD }
}

function tickedRevocation(revocation: Revocation): Revocation {
  if (revocation.phase === 'read')
    return { ...revocation, age: older(revocation.age), leases: aged(revocation.leases) }
  if (revocation.phase !== 'waits') return revocation
  return { ...revocation, left: Math.max(revocation.left - 1, 0) }
}

/** The read arrives, or the store is prepared for another lease. */
function storeSteps(state: State, bounds: Bounds): Step[] {
  const steps: Step[] = []
  const { read, isRevoked, leases, changes } = state
  if (read !== null && read.answer === null)
    steps.push({
      name: 'the store answers the read',
      state: { ...state, read: { ...read, answer: { isRevoked, leases } } },
    })
  const length = bounds.changes[changes]
  if (length !== undefined)
    steps.push({
      name: `the lease is ${length} from now on`,
      state: { ...state, leases: [...leases, { age: 0, length }], changes: changes + 1 },
    })
  return steps
}

function revocationSteps(state: State, rules: LeaseRules, bounds: Bounds): Step[] {
  const { revocation, leases } = state
  const to = (name: string, next: Revocation, more: Partial<State> = {}): Step[] => [
    { name, state: { ...state, ...more, revocation: next } },
  ]
  if (revocation.phase === 'idle')
    return to('the revocation reads the leases', { phase: 'read', age: 0, leases })
  if (revocation.phase === 'read') {
    // After its deadline it promises nothing: there is nothing left to check.
    if (revocation.age > CALL) return to('the revocation fails', { phase: 'failed' })
    const left = rules.wait(revocation.leases, bounds.revokerHasCache)
    return to('the revocation is acknowledged', { phase: 'waits', left }, { isRevoked: true })
  }
  if (revocation.phase === 'waits' && revocation.left === 0)
    return to('the revocation resolves', { phase: 'resolved' })
  return []
}

function instanceSteps(state: State, rules: LeaseRules): Step[] {
  const { read } = state
  const steps = verificationSteps(state, rules)
  if (read === null) {
    const sent = { monotonic: 0, wall: 0, age: 0, isDoubtful: false, answer: null }
    steps.push({ name: 'a read is sent', state: { ...state, read: sent } })
  } else if (read.answer !== null) {
    const remembered = rememberedFrom(state, rules)
    steps.push({ name: 'the reply arrives', state: { ...state, read: null, remembered } })
  }
  return steps
}

/** A verification either decides at once, or looks at the age and decides later. */
function verificationSteps(state: State, rules: LeaseRules): Step[] {
  const { remembered, looked, revocation } = state
  const isFresh = remembered !== null && isWithin(remembered, remembered.lease, rules)
  const accepts = rules.looksAtOnce ? isFresh : looked === true
  if (accepts && revocation.phase === 'resolved') return [{ name: VIOLATION, state }]
  if (rules.looksAtOnce) return []
  return looked === null
    ? [{ name: 'the age is looked at', state: { ...state, looked: isFresh } }]
    : [{ name: 'a verification decides', state: { ...state, looked: null } }]
}

function isWithin(ages: Ages, lease: number, rules: LeaseRules): boolean {
  const age = rules.age(ages)
  return age >= 0 && age < lease
}

function rememberedFrom({ read }: State, rules: LeaseRules): State['remembered'] {
  if (read === null || read.answer === null || read.answer.isRevoked) return null
  const { answer, ...sent } = read
  const now = { monotonic: 0, wall: 0, age: 0, isDoubtful: false }
  return { ...(rules.beginsWhenSent ? sent : now), lease: rules.usable(answer.leases) }
}
