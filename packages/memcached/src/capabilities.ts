import type { Capabilities } from '@tokenward/core/adapter'

/** The conformance suite tests every claim, and that what is not claimed is absent. */
export const CAPABILITIES: Capabilities = {
  // It may evict an item at any time after it acknowledged it, and a restart loses all.
  durability: 'evicting',
  shared: true,
  linearizable: true,
  failoverSafe: false,
  network: true,
  readsSettings: true,
  // Every client that can connect may do everything.
  roles: false,
  listing: false,
  pruning: false,
  notifications: false,
  // An item has at most a megabyte, and an escaped character takes three bytes.
  maxBodyBytes: 262_144,
}
