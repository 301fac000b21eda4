import type { CaseResult } from '../../suite/result.ts'

/** What a child process runs. */
export interface RunRequest {
  /** A module whose default export is `() => Promise<ServerHandle>`. */
  readonly server: string
  /** A module whose default export is `(url, namespace) => TokenRepository`. */
  readonly repository: string
  /** Name of the known-bad; `null`: nothing is broken. */
  readonly bad: string | null
  /** Names of cases. */
  readonly cases: readonly string[]
  readonly seed: number
  /** No case has more rounds than this. */
  readonly maxRounds: number
}

export type RunEvent =
  | { readonly type: 'begins'; readonly name: string }
  | { readonly type: 'ended'; readonly result: CaseResult }
  | { readonly type: 'done' }
