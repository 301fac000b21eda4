import type { Launch, ServerVersion } from '../servers/server-kind.ts'
import { BackendUnavailable } from '../unavailable.ts'
import { buildImage, buildObstacle } from './build-image.ts'
import { pull } from './official.ts'

/** Pulls the published image, or builds one if that is not possible. */
export async function chooseImage({ official, built }: ServerVersion): Promise<ChosenImage> {
  const requested = process.env['TOKENWARD_TESTBED_IMAGES']
  if (requested !== 'built' && (await pull(official.image))) {
    return { image: official.image, launch: official, canSetClock: false }
  }
  const obstacle = requested === 'official' ? 'only official images are allowed' : buildObstacle()
  if (obstacle !== null) {
    throw new BackendUnavailable(`${official.image} cannot be pulled or built: ${obstacle}`)
  }
  return {
    image: await buildImage(built.recipe),
    launch: built,
    canSetClock: built.fixedClock !== true,
  }
}

export interface ChosenImage {
  readonly image: string
  readonly launch: Launch
  /** Whether the clock of the server can be set. */
  readonly canSetClock: boolean
}
