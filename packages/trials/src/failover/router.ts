import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * One address that leads to the current primary, as a virtual IP, a load balancer or a DNS name does for
 * drivers that do not look for the primary themselves.
 */
export class Router {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #target: number

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((client) => this.#forward(client))
  }

  static async start(target: number): Promise<Router> {
    const router = new Router(target)
    router.#server.listen(0, '127.0.0.1')
    await once(router.#server, 'listening')
    return router
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** New connections go to this port, and the open ones end. */
  lead(target: number): void {
    this.#target = target
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, 'close')
  }

  #forward(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1')
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }
}
