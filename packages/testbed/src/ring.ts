import type { Testbed } from './handle.ts'
import type { StartOptions } from './options.ts'
import { start } from './start.ts'
import { BackendUnavailable } from './unavailable.ts'

export interface Ring {
  /** All the members in one: `memcached://127.0.0.1:20001,127.0.0.1:20002`. */
  readonly url: string
  readonly members: readonly Testbed[]
  stop(): Promise<void>
}

/** Several Memcached servers that know nothing of each other: keys are spread by the client. */
export async function startRing(size: number, options: StartOptions = {}): Promise<Ring> {
  if (process.env['TOKENWARD_TEST_MEMCACHED_URL']) {
    throw new BackendUnavailable('a ring is started here, not named by the environment')
  }
  const members = await Promise.all(Array.from({ length: size }, () => start('memcached', options)))
  return {
    url: `memcached://${members.map(({ url }) => new URL(url).host).join()}`,
    members,
    stop: async () => void (await Promise.all(members.map((member) => member.stop()))),
  }
}
