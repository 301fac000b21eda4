import { createTokenward, prepare } from '@tokenward/core'

/** What instances are made with: core as it is, or one that is broken on purpose. */
export interface Engine {
  readonly createTokenward: typeof createTokenward
  readonly prepare: typeof prepare
}

export const core: Engine = { createTokenward, prepare }
