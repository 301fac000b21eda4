import type { TokenRepository } from '@tokenward/core'
import mapRepository from '../map-repository.ts'
import { SimulatedRing } from './simulated-ring.ts'

export default function ringRepository(url: string, namespace: string): TokenRepository {
  const ring = SimulatedRing.at(url)
  return {
    ...mapRepository(url, namespace),
    name: 'ring',
    async read(keys, signal) {
      signal.throwIfAborted()
      return ring.read(keys, signal)
    },
    async write(writes, signal) {
      signal.throwIfAborted()
      return ring.write(writes, signal)
    },
  }
}
