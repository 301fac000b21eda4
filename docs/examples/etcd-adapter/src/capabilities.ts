import type { Capabilities } from '@tokenward/core/adapter'

/** The conformance suite tests what is claimed here, and that nothing else is there. */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  // Reads and transactions go through the leader, which asks a majority whether it still is the leader.
  linearizable: true,
  // What was acknowledged is in the logs of a majority, and only a member that has it can be elected.
  failoverSafe: true,
  network: true,
  // `--unsafe-no-fsync` cannot be read by a client.
  readsSettings: false,
  roles: false,
  listing: false,
  pruning: true,
  notifications: false,
  // 32 of them are a reply of 2 MB; the gateway takes 4 MB.
  maxBodyBytes: 65_536,
}
