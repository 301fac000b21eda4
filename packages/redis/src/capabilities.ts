import type { Capabilities } from '@tokenward/core/adapter'

/** The conformance suite tests every claim, and that what is not claimed is absent. */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  // Replication is asynchronous.
  failoverSafe: false,
  network: true,
  readsSettings: true,
  roles: true,
  listing: true,
  pruning: true,
  notifications: true,
  maxBodyBytes: 1_048_576,
}
