import type { Capabilities } from '@tokenward/core/adapter'

/** The conformance suite tests what is claimed here, and that nothing else is there. */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  failoverSafe: false,
  network: false,
  readsSettings: true,
  roles: false,
  listing: true,
  pruning: true,
  notifications: false,
  maxBodyBytes: 1_048_576,
}
