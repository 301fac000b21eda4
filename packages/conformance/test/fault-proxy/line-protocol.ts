import type { ListPosition, StoredRecord, Write } from '@tokenward/core/adapter'

/** One line of JSON each. Answers come in the order of the requests, and carry their id. */
export interface Request {
  readonly id: number
  /** The account of the caller. */
  readonly as: Account
  readonly namespace: string
  readonly ask: Ask
}

export type Account = 'root' | 'verify' | 'write' | 'prune' | 'migrate'

export type Ask =
  | { readonly read: readonly string[] }
  | { readonly write: readonly Write[] }
  | {
      readonly list: {
        readonly group: string | null
        readonly after: ListPosition | null
        readonly limit: number
      }
    }
  | { readonly prune: { readonly now: number; readonly limit: number; readonly dryRun: boolean } }

export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }

export type Records = Map<string, Map<string, StoredRecord>>

/** Passes each complete line to `take`. */
export function lines(take: (line: string) => void): (text: string) => void {
  let begun = ''
  return (text) => {
    const whole = (begun + text).split('\n')
    begun = whole.pop() ?? ''
    for (const line of whole) take(line)
  }
}
