import type { Duration, SigningKeys } from '@tokenward/core'

/** The settings of a child. Plain data, because it goes through a pipe. */
export interface WorkerSettings {
  /** URL of the module that makes repositories. */
  readonly module: string
  readonly url: string
  readonly namespace: string
  readonly keys: SigningKeys
  /** Its number, from 0, and the number of processes. */
  readonly worker: number
  readonly workers: number
  readonly seed: number
  /** The start of the pool on `process.hrtime`, which all processes of a machine share: ns, decimal. */
  readonly origin: string
  /** The known-bad that breaks this child, too: its adapter, or its core. */
  readonly knownBad?: string
  /** Of every instance, unless a task sets another. */
  readonly lease?: Duration
}

export type ToChild =
  | { readonly type: 'start'; readonly settings: WorkerSettings }
  | { readonly type: 'run'; readonly request: TaskRequest }
  | { readonly type: 'pass'; readonly barrier: string }

export interface TaskRequest {
  readonly run: number
  readonly task: string
  readonly args: unknown
  /** The time of the case's clock. */
  readonly now: number
}

export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'arrived'; readonly barrier: string; readonly arrivals: number }
  | { readonly type: 'answer'; readonly run: number; readonly answer: unknown }
  | { readonly type: 'failure'; readonly run: number; readonly error: string }
