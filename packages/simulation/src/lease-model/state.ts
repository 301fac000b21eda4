/** How much may happen in one history. There is no limit of time: what is old enough counts as equally old. */
export interface Bounds {
  /** The lease of the store at the beginning, and those that it is changed to, in ticks. */
  readonly lease: number
  readonly changes: readonly number[]
  /** How often the machine is suspended, and how often its clock is set back by a tick. */
  readonly suspensions: number
  readonly setBacks: number
  /** Whether the revocation is by an instance with a cache. */
  readonly revokerHasCache: boolean
}

/** A lease that the store allows, and since how many ticks. */
export interface Lease {
  readonly age: number
  readonly length: number
}

/** All instants are relative to now: states that differ by a shift in time are one. */
export interface State {
  readonly leases: readonly Lease[]
  readonly changes: number
  readonly isRevoked: boolean
  readonly isSuspended: boolean
  readonly suspensions: number
  readonly setBacks: number
  /** An acceptance that the instance has remembered. */
  readonly remembered: Remembered | null
  readonly read: Read | null
  /** An age that was looked at before a pause, where the rules allow that: whether it was within the lease. */
  readonly looked: boolean | null
  readonly revocation: Revocation
}

/** How old something is by each clock of the machine with the cache. */
export interface Ages {
  readonly monotonic: number
  readonly wall: number
  /** In truth. */
  readonly age: number
  /** The clocks agree on an age that is not the true one. */
  readonly isDoubtful: boolean
}

export interface Remembered extends Ages {
  readonly lease: number
}

export interface Read extends Ages {
  /** What the store has answered. */
  readonly answer: { readonly isRevoked: boolean; readonly leases: readonly Lease[] } | null
}

export type Revocation =
  | { readonly phase: 'idle' | 'resolved' | 'failed' }
  | { readonly phase: 'read'; readonly age: number; readonly leases: readonly Lease[] }
  | { readonly phase: 'waits'; readonly left: number }

export function initialState({ lease }: Bounds): State {
  return {
    leases: [{ age: OLD, length: lease }],
    changes: 0,
    isRevoked: false,
    isSuspended: false,
    suspensions: 0,
    setBacks: 0,
    remembered: null,
    read: null,
    looked: null,
    revocation: { phase: 'idle' },
  }
}

/** As old as anything has to be in order to count as old, in ticks. */
export const OLD = 5

export function older(age: number): number {
  return Math.min(age + 1, OLD)
}
