import type { Launch, ServerVersion } from '../servers/server-kind.ts'
import { BackendUnavailable } from '../unavailable.ts'
import { make, whyNotMakeable } from './made.ts'
import { pull } from './official.ts'

/** The published image where it can be had; otherwise one made here. */
export async function chooseImage({ official, made }: ServerVersion): Promise<Choice> {
  const wanted = process.env['TOKENWARD_TESTBED_IMAGES']
  if (wanted !== 'made' && (await pull(official.image))) {
    return { image: official.image, launch: official, movesClock: false }
  }
  const obstacle = wanted === 'official' ? 'only official images are allowed' : whyNotMakeable()
  if (obstacle !== null) {
    throw new BackendUnavailable(`${official.image} cannot be pulled, nor made here: ${obstacle}`)
  }
  return { image: await make(made.recipe), launch: made, movesClock: made.fixedClock !== true }
}

export interface Choice {
  readonly image: string
  readonly launch: Launch
  /** The server's clock can be put. */
  readonly movesClock: boolean
}
