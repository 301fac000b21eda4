import type { Capabilities } from '@tokenward/core/adapter'
import type { ReadConcern } from './options.ts'

/** The conformance suite tests every claim, and that what is not claimed is absent. */
export function capabilitiesFor(readConcern: ReadConcern): Capabilities {
  return {
    durability: 'durable',
    shared: true,
    // With `majority`, a primary that was replaced and has not noticed it still answers, so core refuses it.
    linearizable: readConcern === 'linearizable',
    // By the manual of MongoDB. It is not shown: no replica set has run in the tests of this package.
    // An acknowledged write (w: majority, j: true) is not rolled back, and a linearizable read reflects
    // every write that a majority had acknowledged before. A majority read from a primary that was
    // replaced and has not noticed it may not.
    failoverSafe: readConcern === 'linearizable',
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
