/** What a proxy does to the bytes between client and server. */
export type Fault =
  | { readonly is: 'pass' }
  /** Nobody listens on the port; what was open is reset. */
  | { readonly is: 'refuse' }
  /** Connections stand and are taken, and nothing comes through either way until this is over. */
  | { readonly is: 'black-hole' }
  /** The request arrives; the connection is reset as its reply begins. */
  | { readonly is: 'reset-after-send'; readonly times?: number }
  /** Half of what comes first of a reply, then the end. */
  | { readonly is: 'half-reply'; readonly times?: number }
  /** Replies come so much later, in order. */
  | { readonly is: 'late-reply'; readonly ms: number }
  /** Replies stay here until this is over. */
  | { readonly is: 'held-reply' }
  /** All comes so much later, in order. */
  | { readonly is: 'delay'; readonly ms: number }
  | { readonly is: 'throttle'; readonly bytesPerSecond: number }

export const PASS: Fault = { is: 'pass' }

/** How one direction of a connection flows. */
export interface Flow {
  /** Whether anything is taken from the sender; else it waits in the sender's own buffers. */
  readonly reads: boolean
  /** Whether what was taken is kept back. */
  readonly holds: boolean
  readonly delay: number
  readonly bytesPerSecond: number
}

const FREE: Flow = { reads: true, holds: false, delay: 0, bytesPerSecond: Infinity }
const STILL: Flow = { ...FREE, reads: false, holds: true }

export function flowsOf(fault: Fault): { readonly requests: Flow; readonly replies: Flow } {
  switch (fault.is) {
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
