import type { Capabilities } from '@tokenward/core/adapter'

/**
 * The conformance suite tests what is claimed here, and that nothing else is there. Claim what the store
 * keeps on its worst day. The guide explains each capability:
 * https://github.com/tokenward/tokenward/blob/main/docs/write-an-adapter.md#what-to-claim
 */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  failoverSafe: false,
  network: true,
  readsSettings: false,
  roles: false,
  listing: false,
  pruning: false,
  notifications: false,
  maxBodyBytes: 65_536,
}
