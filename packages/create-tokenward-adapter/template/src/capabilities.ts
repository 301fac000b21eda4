import type { Capabilities } from '@tokenward/core/adapter'

/**
 * The conformance suite tests what is claimed here, and that nothing else is there. Claim what the
 * store guarantees, and no more: docs/write-an-adapter.md explains each capability.
 */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: false,
  linearizable: true,
  failoverSafe: false,
  network: false,
  readsSettings: false,
  roles: false,
  listing: false,
  pruning: false,
  notifications: false,
  maxBodyBytes: 65_536,
}
