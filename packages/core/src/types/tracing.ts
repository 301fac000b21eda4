import type { Reason } from '../decision/types.ts'
import type { ErrorCode } from '../errors.ts'
import type { Tokenward } from './tokenward.ts'

/** The methods of an instance that publish their calls: all that return a promise, but `close`. */
export type OperationName = Exclude<
  keyof Tokenward,
  'issuer' | 'jwks' | 'on' | 'onAny' | 'close' | symbol
>

/** How something has ended. Its members are set when it has; until then they are missing. */
interface Ending {
  /** `inactive`: a result with a `reason`. `error`: it rejected. */
  readonly outcome?: 'ok' | 'inactive' | 'error'
  /** How long it took, in ms. */
  readonly ms?: number
  /** With the outcome `error`, if it is an error of Tokenward. */
  readonly code?: ErrorCode
}

/**
 * What the channel `tokenward:` + name of an operation publishes, such as `tokenward:verify`. One call
 * publishes the same object from `start` to `asyncEnd`.
 */
export interface OperationMessage extends Ending {
  /** The name of the method, such as `verify`. */
  readonly operation: OperationName
  /** The name of the adapter, such as `postgres`. */
  readonly adapter: string
  /** With the outcome `inactive`. */
  readonly reason?: Reason | 'unreadable'
  /** `verify`: `false`, where it accepted a token without the store (`onUnavailable: 'accept'`). */
  readonly storeChecked?: boolean
  /** `prune`: how many records were deleted. With `dryRun` it is missing. */
  readonly deleted?: number
  /** `prune`: whether it has stopped at its limit. */
  readonly more?: boolean
}

/** A method of an adapter. */
export type StoreCall = 'open' | 'read' | 'write' | 'list' | 'prune' | 'migrate'

/**
 * What the channel `tokenward:store` publishes. One call to the adapter publishes the same object from
 * `start` to `asyncEnd`. Its `ms` are those until the adapter replied, even if no operation waits any more.
 */
export interface StoreMessage extends Ending {
  readonly call: StoreCall
  /** The name of the adapter, such as `postgres`. */
  readonly adapter: string
  /** `read` and `write`: how many records were asked for or sent, of all operations in the batch. */
  readonly size?: number
  /**
   * The operations that wait for the reply: those of their messages that were published. A read or
   * write serves all that began in one turn of the event loop.
   */
  readonly operations: readonly OperationMessage[]
}
