import type { Capabilities } from '@tokenward/core/adapter'
import type { CallerDatabase } from './drivers/make-driver.ts'
import { isPglite } from './drivers/pglite.ts'

/** The conformance suite tests what is claimed here, and that nothing else is there. */
const CAPABILITIES: Capabilities = {
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

/** In one process, and without a sync of the disk: WebAssembly has no `fsync`, whatever the settings are. */
const OF_PGLITE: Partial<Capabilities> = {
  durability: 'reverting',
  shared: false,
  network: false,
  roles: false,
  // The lock by which a writer knows of subscribers tells sessions apart, and there is one for all.
  notifications: false,
}

export function capabilitiesOf(database: string | CallerDatabase): Capabilities {
  if (typeof database === 'string') return CAPABILITIES
  // The driver listens on a connection of its own, where the lock of a subscriber cannot be held.
  if (typeof database === 'function') return { ...CAPABILITIES, notifications: false }
  return isPglite(database) ? { ...CAPABILITIES, ...OF_PGLITE } : CAPABILITIES
}
