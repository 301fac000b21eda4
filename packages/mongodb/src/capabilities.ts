import type { Capabilities } from '@tokenward/core/adapter'
import type { ReadConcern } from './options.ts'

/** The conformance suite tests every claim, and that what is not claimed is absent. */
export function capabilitiesFor(readConcern: ReadConcern): Capabilities {
  return {
    durability: 'durable',
    shared: true,
    // With `majority`, a primary that was replaced and has not noticed it still answers.
    linearizable: readConcern === 'linearizable',
    // A member that is elected has every write that a majority acknowledged.
    failoverSafe: true,
    network: true,
    readsSettings: true,
    roles: true,
    listing: true,
    pruning: true,
    notifications: true,
    // 256 of them, the most that core sends, fit into the 16 MB of one command and of one reply.
    maxBodyBytes: 32_768,
  }
}
