import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Address } from './address.ts'

const HOST = '127.0.0.1'
// Below the ports that systems give to clients, so that no other process takes it while it is
// closed.
const [FIRST, PORTS] = [20_000, 12_000]
const TRIES = 50

/** A port of the loopback interface that can be closed and opened again. */
export class Listener {
  readonly address: Address
  readonly #server: Server

  static async open(accept: (client: Socket) => void): Promise<Listener> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, accept)
    for (let left = TRIES; ; left--) {
      const port = FIRST + Math.floor(Math.random() * PORTS)
      try {
        await listen(server, port)
        return new Listener(server, port)
      } catch (error) {
        if (left === 0) throw error
      }
    }
  }

  private constructor(server: Server, port: number) {
    this.#server = server
    this.address = { host: HOST, port }
  }

  /** Opens or closes the port. Open connections are left alone. */
  async turn(on: boolean): Promise<void> {
    if (on === this.#server.listening) return
    if (on) await listen(this.#server, this.address.port)
    else this.#server.close()
  }

  /** Resolves when all connections are closed too. */
  async close(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ host: HOST, port })
  await once(server, 'listening')
}
