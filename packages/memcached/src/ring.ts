import { hash } from 'node:crypto'
import { KEY_PREFIX } from './value-filter.ts'

const KEY = /^[0-9a-f]{64}$/

/**
 * Which server has a key: a plain remainder, since nothing is to be saved when the list changes.
 * Then it is another ring, with another prefix on every key, and begins empty. With a ring that
 * heals itself a value would go to one server while another, with the old one, is on its way back.
 */
export class Ring<Server extends { readonly address: string }> {
  readonly servers: readonly Server[]
  /** Of every key of this ring and namespace, and of no other. */
  readonly prefix: string

  /** @param name of this ring, where addresses differ from process to process; then the order counts */
  constructor(servers: readonly Server[], namespace: string, name?: string) {
    // Processes may list them in any order.
    this.servers = name === undefined ? servers.toSorted(byAddress) : servers
    const identity = [name ?? addressesOf(this.servers), this.servers.length, namespace]
    this.prefix = `${KEY_PREFIX}${hash('sha256', JSON.stringify(identity)).slice(0, 32)}-`
  }

  /** @throws Error for what was not hashed: drivers put keys into commands as they are */
  serverOf(key: string): Server {
    if (!KEY.test(key)) throw new Error('A key must be 64 lower-case hex digits')
    const at = Number.parseInt(key.slice(0, 12), 16) % this.servers.length
    return this.servers[at] as Server
  }

  /** Servers with what is theirs. */
  split<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<Server, Item[]> {
    return Map.groupBy(items, (item) => this.serverOf(keyOf(item)))
  }
}

/** A single server holds every key, whatever it is called. */
function addressesOf(servers: readonly { readonly address: string }[]): string[] {
  return servers.length === 1 ? [] : servers.map(({ address }) => address)
}

function byAddress(a: { readonly address: string }, b: { readonly address: string }): number {
  return a.address < b.address ? -1 : 1
}
