/** What a proxy does to the bytes between client and server. */
export type Fault =
  | { readonly type: 'pass' }
  /** The port is closed; open connections are reset. */
  | { readonly type: 'refuse' }
  /**
   * Connections stay open and new ones are accepted, but no bytes pass either way until the fault ends.
   */
  | { readonly type: 'black-hole' }
  /**
   * The request arrives; the connection is reset as its reply begins. `followedBy`: the fault after `times` of
   * them; without it, none.
   */
  | {
      readonly type: 'reset-after-send'
      readonly times?: number
      readonly followedBy?: 'black-hole'
    }
  /** Half of the first bytes of a reply arrive, then the connection ends. */
  | { readonly type: 'half-reply'; readonly times?: number }
  /** Replies are delayed by `ms`, in order. */
  | { readonly type: 'late-reply'; readonly ms: number }
  /** Replies are held back until the fault ends. */
  | { readonly type: 'held-reply' }
  /** All bytes are delayed by `ms`, in order. */
  | { readonly type: 'delay'; readonly ms: number }
  | { readonly type: 'throttle'; readonly bytesPerSecond: number }

export const PASS: Fault = { type: 'pass' }

/** How one direction of a connection flows. */
export interface Flow {
  /** Whether bytes are read from the sender; otherwise they wait in the sender's own buffers. */
  readonly reads: boolean
  /** Whether bytes that were read are held back. */
  readonly holds: boolean
  readonly delay: number
  readonly bytesPerSecond: number
}

const FREE: Flow = { reads: true, holds: false, delay: 0, bytesPerSecond: Infinity }
const STILL: Flow = { ...FREE, reads: false, holds: true }

export function flowsOf(fault: Fault): { readonly requests: Flow; readonly replies: Flow } {
  switch (fault.type) {
    case 'black-hole':
      return { requests: STILL, replies: STILL }
    case 'held-reply':
      return { requests: FREE, replies: { ...FREE, holds: true } }
    case 'late-reply':
      return { requests: FREE, replies: { ...FREE, delay: fault.ms } }
    case 'delay':
      return both({ ...FREE, delay: fault.ms })
    case 'throttle':
      return both({ ...FREE, bytesPerSecond: fault.bytesPerSecond })
    default:
      return both(FREE)
  }
}

function both(pace: Flow): { readonly requests: Flow; readonly replies: Flow } {
  return { requests: pace, replies: pace }
}
