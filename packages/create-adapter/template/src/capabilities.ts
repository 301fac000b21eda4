import type { Capabilities } from '@tokenward/core/adapter'

/**
 * What is claimed here the conformance suite tries; what is not claimed must not be there. Claim what
 * the backend keeps, and no more: docs/write-an-adapter.md says what each claim promises.
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
