import type { Login, RotateResult } from '@tokenward/core'
import { DemoAborted } from './step-runner.ts'

/**
 * The new tokens of a rotation, which the next steps need.
 * @throws DemoAborted if the rotation was refused
 */
export function requireActive(rotation: RotateResult): Login {
  if (rotation.active) return rotation
  throw new DemoAborted(`the rotation was refused: ${rotation.reason}`)
}
