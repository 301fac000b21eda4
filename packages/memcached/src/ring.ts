import { hash } from 'node:crypto'
import { KEY_PREFIX } from './driver.ts'

const KEY = /^[\w-]{24}$/

/**
 * Decides which server stores a key: by the remainder of a division. A changed list of servers is another
 * ring: it has another prefix on every key, and is empty. In a ring that replaced a failed server, the old
 * value of a record would come back with that server.
 */
export class Ring<Server extends { readonly address: string }> {
  readonly servers: readonly Server[]
  /** Every key of this ring and namespace begins with it, and no other. */
  readonly prefix: string

  /** @param name for a ring whose addresses differ between processes; the order of the servers counts then */
  constructor(servers: readonly Server[], namespace: string, name?: string) {
    // Processes may list them in any order.
    this.servers = name === undefined ? servers.toSorted(byAddress) : servers
    const ringId = [name ?? addressesOf(this.servers), this.servers.length, namespace]
    this.prefix = `${KEY_PREFIX}${hash('sha256', JSON.stringify(ringId)).slice(0, 32)}-`
  }

  /** @throws Error for any but a hashed key: the drivers do not check keys in commands */
  serverOf(key: string): Server {
    if (!KEY.test(key)) throw new Error('A key must be 24 base64url characters')
    const { length } = this.servers
    const at = length === 1 ? 0 : Buffer.from(key, 'base64url').readUIntBE(0, 6) % length
    return this.servers[at] as Server
  }

  /** The items by the server that stores them. */
  split<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<Server, Item[]> {
    return Map.groupBy(items, (item) => this.serverOf(keyOf(item)))
  }
}

/** A single server stores every key, so its address does not count. */
function addressesOf(servers: readonly { readonly address: string }[]): string[] {
  return servers.length === 1 ? [] : servers.map(({ address }) => address)
}

function byAddress(a: { readonly address: string }, b: { readonly address: string }): number {
  return a.address < b.address ? -1 : 1
}
