import { createTokenward, prepare } from '@tokenward/core'

/** The functions that make instances: of core as it is, or of one with a mutation. */
export interface Engine {
  readonly createTokenward: typeof createTokenward
  readonly prepare: typeof prepare
}

export const core: Engine = { createTokenward, prepare }
