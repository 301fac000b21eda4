import type { Tokenward, TokenwardOptions } from '@tokenward/core'
import type { MovableClock } from './instance/clock.ts'
import type { RunningProvider } from './provider/provider.ts'
import type { Story } from './story/story.ts'

/** What the API puts into its own access tokens beyond the registered claims. */
export interface Privileges {
  readonly role?: string
}

/** What is there before the curtain rises. */
export interface EmptyStage {
  readonly story: Story
  readonly provider: RunningProvider
  readonly database: string
  readonly options: TokenwardOptions
  readonly clock: MovableClock
  /** The module under the story, where it is not `@tokenward/core`. */
  readonly module: string | undefined
}

/** What every chapter plays on. */
export interface Stage extends EmptyStage {
  readonly instance: Tokenward<Privileges>
}
