import type { Capabilities } from '@tokenward/core/adapter'

/** The conformance suite tests what is claimed here, and that nothing else is there. */
export const CAPABILITIES: Capabilities = {
  // Nothing is evicted or lost while the process lives, and no other process shares the records.
  durability: 'durable',
  shared: false,
  linearizable: true,
  failoverSafe: false,
  network: false,
  readsSettings: false,
  roles: false,
  listing: true,
  pruning: true,
  notifications: false,
  maxBodyBytes: 1_048_576,
}
