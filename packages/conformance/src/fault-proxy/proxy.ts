import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import type { Address } from './address.ts'
import { ProxyConnection } from './connection.ts'
import { type Fault, PASS } from './fault.ts'
import { Listener } from './listener.ts'

/** A TCP proxy between a client and a server that injects faults. */
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

  /** The address of the proxy. */
  get address(): Address {
    if (this.#listener) return this.#listener.address
    throw new Error('the proxy is closed')
  }

  /** Open connections, each of which can be `set` alone. */
  get connections(): readonly ProxyConnection[] {
    return [...this.#connections]
  }

  /** How many connections were ever accepted. */
  get accepted(): number {
    return this.#accepted
  }

  /** Forwarded bytes. */
  get bytes(): { readonly requests: number; readonly replies: number } {
    return { ...this.#bytes }
  }

  /** How many replies were cut off. */
  get cuts(): number {
    return this.#cuts
  }

  /** Bytes of replies that are held back now. */
  get heldBack(): number {
    return this.connections.reduce((sum, { heldBack }) => sum + heldBack, 0)
  }

  /** Sets the fault of all connections, including future ones. */
  async set(fault: Fault): Promise<void> {
    this.#fault = fault
    this.#cutsBefore = this.#cuts
    for (const connection of this.connections) connection.set(fault)
    // One after the other, so that the last call decides.
    this.#turned = this.#turned.then(() => this.#listener?.turn(this.#fault.type !== 'refuse'))
    await this.#turned
  }

  heal(): Promise<void> {
    return this.set(PASS)
  }

  /** Resolves as soon as `holds` returns true; it is called after every change. */
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
    const next = 'followedBy' in this.#fault ? this.#fault.followedBy : undefined
    if (times !== undefined && this.#cuts - this.#cutsBefore >= times)
      void this.set(next ? { type: next } : PASS)
    this.#changes.emit('change')
  }
}
