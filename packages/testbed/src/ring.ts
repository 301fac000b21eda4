import { type ContainerServer, startContainerServer } from './container-server.ts'
import type { StartOptions } from './options.ts'
import { kinds } from './servers/kinds.ts'
import { imageFor } from './start.ts'
import { BackendUnavailable } from './unavailable.ts'

export interface Ring {
  /** The addresses of all members in one URL: `memcached://127.0.0.1:20001,127.0.0.1:20002`. */
  readonly url: string
  readonly members: readonly ContainerServer[]
  stop(): Promise<void>
}

/** Starts several independent Memcached servers. The client distributes the keys. */
export async function startRing(size: number, options: StartOptions = {}): Promise<Ring> {
  if (process.env['TOKENWARD_TEST_MEMCACHED_URL']) {
    throw new BackendUnavailable('a ring cannot be taken from the environment')
  }
  const kind = kinds.memcached
  const image = await imageFor(kind, options.version)
  const members = await Promise.all(
    Array.from({ length: size }, () => startContainerServer(kind, image, options)),
  )
  return {
    url: `memcached://${members.map(({ url }) => new URL(url).host).join()}`,
    members,
    stop: async () => void (await Promise.all(members.map((member) => member.stop()))),
  }
}
