import type { Capabilities } from '@tokenward/core/adapter'

/** What is claimed here the conformance suite tries; what is not claimed must not be there. */
export const CAPABILITIES: Capabilities = {
  // Nothing is ever evicted or lost while the process lives; beyond it, `shared` promises nothing.
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
