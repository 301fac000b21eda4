import type { StoredRecord, Write } from '@tokenward/core/adapter'
import type { Machine } from './machine.ts'

/** What becomes of a call. */
export type CallEnding =
  | 'answered'
  /** It happens, and the reply is lost: the caller sees an error. */
  | 'answer-lost'
  /** The caller sees an error before it happens; it may happen later. */
  | 'request-lost'
  /** Neither a reply nor an error: the caller aborts at its deadline. */
  | 'silent'

/** What happens at one instant. */
export type Part =
  | { readonly read: string }
  | { readonly write: Write }
  | { readonly prune: number; readonly limit: number; readonly dryRun: boolean }

export type Result = StoredRecord | null | boolean | number

/** A pending request: each part happens at its own instant, then the reply travels. */
export interface Call {
  readonly id: number
  readonly machine: Machine
  readonly kind: 'read' | 'write' | 'prune'
  ending: CallEnding
  /** Groups of parts that have not happened yet. */
  readonly ahead: (readonly Part[])[]
  readonly results: Map<string, Result>
  settle(outcome: { readonly answer: true } | { readonly error: Error }): void
}

export function nameOf(part: Part): string {
  if ('read' in part) return part.read
  return 'write' in part ? part.write.record.key : 'prune'
}
