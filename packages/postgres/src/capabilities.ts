import type { Capabilities } from '@tokenward/core/adapter'

/** The conformance suite tests what is claimed here, and that nothing else is there. */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  // Only with synchronous standbys, and only the operator knows which of them takes over.
  failoverSafe: false,
  network: true,
  readsSettings: true,
  roles: true,
  listing: true,
  pruning: true,
  notifications: true,
  maxBodyBytes: 1_048_576,
}
