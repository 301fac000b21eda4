import type { Tokenward, TokenwardOptions } from '@tokenward/core'
import type { MovableClock } from './api/clock.ts'
import type { RunningProvider } from './provider/provider.ts'
import type { StepRunner } from './steps/step-runner.ts'

/** The claims that the API adds to its own access tokens. */
export interface Privileges {
  readonly role?: string
}

/** What exists before the API has created its Tokenward instance. */
export interface SetupContext {
  readonly runner: StepRunner
  readonly provider: RunningProvider
  readonly database: string
  readonly options: TokenwardOptions
  readonly clock: MovableClock
  /** The module that replaces `@tokenward/core`, if there is one. */
  readonly module: string | undefined
}

/** What every chapter after the setup uses. */
export interface Context extends SetupContext {
  readonly tokens: Tokenward<Privileges>
}
