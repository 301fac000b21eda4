import type { Login, RotateResult } from '@tokenward/core'
import { StoryCannotGoOn } from './story.ts'

/** The session that a rotation carries on; without it, the next steps have nothing to build on. */
export function going(rotation: RotateResult): Login {
  if (rotation.active) return rotation
  throw new StoryCannotGoOn(`the session is ${rotation.reason}`)
}
