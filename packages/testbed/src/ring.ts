import type { StartOptions } from './options.ts'
import { kinds } from './servers/kinds.ts'
import { imageFor } from './start.ts'
import { type Contained, startContained } from './testbed.ts'
import { BackendUnavailable } from './unavailable.ts'

export interface Ring {
  /** All the members in one: `memcached://127.0.0.1:20001,127.0.0.1:20002`. */
  readonly url: string
  readonly members: readonly Contained[]
  stop(): Promise<void>
}

/** Several Memcached servers that know nothing of each other: keys are spread by the client. */
export async function startRing(size: number, options: StartOptions = {}): Promise<Ring> {
  if (process.env['TOKENWARD_TEST_MEMCACHED_URL']) {
    throw new BackendUnavailable('a ring is started here, not named by the environment')
  }
  const kind = kinds.memcached
  const image = await imageFor(kind, options.version)
  const members = await Promise.all(
    Array.from({ length: size }, () => startContained(kind, image, options)),
  )
  return {
    url: `memcached://${members.map(({ url }) => new URL(url).host).join()}`,
    members,
    stop: async () => void (await Promise.all(members.map((member) => member.stop()))),
  }
}
