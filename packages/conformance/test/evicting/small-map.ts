import type { TokenRepository } from '@tokenward/core'
import { createRandom } from '../../src/harness/random.ts'
import type { ServerHandle } from '../../src/index.ts'
import { serverOf } from '../known-bad/full-map.ts'
import evictingMap, { startEvictingMap } from './evicting-map.ts'

const random = createRandom(7)

/** Entries of all namespaces. */
const MOST_RECORDS = 1_000

/** An evicting map that drops random records when it is full. */
export default function smallMap(url: string, namespace: string): TokenRepository {
  const map = evictingMap(url, namespace)
  return {
    ...map,
    name: 'small-map',
    async write(writes, signal) {
      const written = await map.write(writes, signal)
      evict(url)
      return written
    },
  }
}

function evict(url: string): void {
  const maps = [...serverOf(url).records.values()]
  const keys = maps.flatMap((all) => [...all.keys()])
  for (const key of random.shuffle(keys).slice(MOST_RECORDS)) {
    for (const all of maps) all.delete(key)
  }
}

export async function startSmallMap(): Promise<ServerHandle> {
  return { ...(await startEvictingMap()), boundedMemory: true }
}
