/** What the worker is asked to do. */
export type RequestTo = StartRequest | PairRequest

export type Batch = 'turn' | 'operation'
export type Action = 'verify' | 'rotate'

export interface StartRequest {
  readonly action: 'start'
  readonly batch: Batch
  /** The URL of the store. */
  readonly store: string
  readonly pairs: number
}

/** One of two requests that run at once. */
export interface PairRequest {
  readonly action: Action
  readonly pair: string
  readonly token: string
}

export interface Login {
  readonly accessToken: string
  readonly refreshToken: string
}

export interface Started {
  readonly logins: readonly Login[]
  /** How the making of keys failed outside of a request; `null`: it did not. */
  readonly outside: string | null
}
