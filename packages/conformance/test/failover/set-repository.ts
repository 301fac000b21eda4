import type { TokenRepository } from '@tokenward/core'
import mapRepository from '../map-repository.ts'
import { SimulatedSet } from './simulated-set.ts'

export default function setRepository(url: string, namespace: string): TokenRepository {
  const { set, node } = SimulatedSet.at(url)
  const map = mapRepository(url, namespace)
  return {
    ...map,
    name: 'set',
    capabilities: { ...map.capabilities, failoverSafe: true },
    async read(keys, signal) {
      signal.throwIfAborted()
      return set.read(node, keys)
    },
    async write(writes, signal) {
      signal.throwIfAborted()
      return set.write(node, writes)
    },
  }
}
