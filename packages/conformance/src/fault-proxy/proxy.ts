import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import type { Address } from './address.ts'
import { ProxyConnection } from './connection.ts'
import { type Fault, PASS } from './fault.ts'
import { Listener } from './listener.ts'

/** Stands between a client and a server that speak TCP, and does to their bytes what it is told. */
export class FaultProxy {
  readonly #server: Address
  readonly #connections = new Set<ProxyConnection>()
  readonly #changes = new EventEmitter()
  readonly #bytes = { requests: 0, replies: 0 }
  #listener: Listener | null = null
  #turned: Promise<void> = Promise.resolve()
  #fault: Fault = PASS
  #accepted = 0
  #cuts = 0
  #cutsBefore = 0

  static async start(server: Address): Promise<FaultProxy> {
    const proxy = new FaultProxy(server)
    proxy.#listener = await Listener.open((client) => proxy.#accept(client))
    return proxy
  }

  private constructor(server: Address) {
    this.#server = server
    this.#changes.setMaxListeners(0)
  }

  /** Where it listens itself. */
  get address(): Address {
    if (this.#listener) return this.#listener.address
    throw new Error('the proxy is closed')
  }

  /** Those that are open now, each of which can be `set` alone. */
  get connections(): readonly ProxyConnection[] {
    return [...this.#connections]
  }

  /** Connections that were ever taken. */
  get accepted(): number {
    return this.#accepted
  }

  /** What came through. */
  get bytes(): { readonly requests: number; readonly replies: number } {
    return { ...this.#bytes }
  }

  /** Replies that were cut off. */
  get cuts(): number {
    return this.#cuts
  }

  /** Bytes of replies that are kept back now. */
  get heldBack(): number {
    return this.connections.reduce((sum, { heldBack }) => sum + heldBack, 0)
  }

  /** For all connections, also those to come. */
  async set(fault: Fault): Promise<void> {
    this.#fault = fault
    this.#cutsBefore = this.#cuts
    for (const connection of this.connections) connection.set(fault)
    // One after the other, so that the last word counts.
    this.#turned = this.#turned.then(() => this.#listener?.turn(this.#fault.is !== 'refuse'))
    await this.#turned
  }

  heal(): Promise<void> {
    return this.set(PASS)
  }

  /** Resolves as soon as `holds` does; it is asked again whenever something happens here. */
  async until(holds: (proxy: FaultProxy) => boolean, signal?: AbortSignal): Promise<void> {
    while (!holds(this)) await once(this.#changes, 'change', { signal })
  }

  async close(): Promise<void> {
    const listener = this.#listener
    this.#listener = null
    await this.#turned
    for (const connection of this.connections) connection.reset()
    await listener?.close()
    await this.until(({ connections }) => connections.length === 0)
  }

  #accept(client: Socket): void {
    this.#accepted++
    const connection: ProxyConnection = new ProxyConnection(client, this.#server, {
      passed: (direction, bytes) => {
        this.#bytes[direction] += bytes
        this.#changes.emit('change')
      },
      cut: () => this.#countCut(),
      changed: () => this.#changes.emit('change'),
      closed: () => {
        this.#connections.delete(connection)
        this.#changes.emit('change')
      },
    })
    this.#connections.add(connection)
    connection.set(this.#fault)
    this.#changes.emit('change')
  }

  #countCut(): void {
    this.#cuts++
    const times = 'times' in this.#fault ? this.#fault.times : undefined
    if (times !== undefined && this.#cuts - this.#cutsBefore >= times) void this.heal()
    this.#changes.emit('change')
  }
}
