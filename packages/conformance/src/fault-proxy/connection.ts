import { connect, type Socket } from 'node:net'
import type { Address } from './address.ts'
import { type Fault, flowsOf, PASS } from './fault.ts'
import { ByteStream } from './stream.ts'

/** Events that a connection reports to the proxy. */
export interface ConnectionEvents {
  /** Bytes were forwarded. */
  readonly passed: (direction: 'requests' | 'replies', bytes: number) => void
  /** A reply was cut off. */
  readonly cut: () => void
  /** Any other change. */
  readonly changed: () => void
  readonly closed: () => void
}

/** One client's connection, and the one to the server behind it. */
export class ProxyConnection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #requests: ByteStream
  readonly #replies: ByteStream
  readonly #watch: ConnectionEvents
  #fault: Fault = PASS
  /** A request was sent that the server has not answered yet. */
  #isAsked = false
  #open = 2

  constructor(client: Socket, server: Address, watch: ConnectionEvents) {
    this.#watch = watch
    this.#client = client
    this.#server = connect({ ...server, allowHalfOpen: true, noDelay: true })
    this.#requests = new ByteStream(client, this.#server, (bytes) =>
      watch.passed('requests', bytes),
    )
    this.#replies = new ByteStream(this.#server, client, (bytes) => watch.passed('replies', bytes))
    client.on('data', (bytes) => this.#ask(bytes))
    this.#server.on('data', (bytes) => this.#answer(bytes))
    client.on('end', () => this.#requests.end())
    this.#server.on('end', () => this.#replies.end())
    this.#couple(client, this.#server)
    this.#couple(this.#server, client)
  }

  /** Bytes of replies that are held back. */
  get heldBack(): number {
    return this.#replies.waiting
  }

  set(fault: Fault): void {
    this.#fault = fault
    if (fault.type === 'refuse') this.reset()
    const { requests, replies } = flowsOf(fault)
    this.#requests.pace = requests
    this.#replies.pace = replies
  }

  /** Ends the connection with a RST, or where its end is being sent already, at once. */
  reset(): void {
    this.#requests.stop()
    this.#replies.stop()
    // Node cannot reset a socket whose end is being sent, and would never report that it is closed.
    if (this.#client.writableEnded) this.#client.destroy()
    else this.#client.resetAndDestroy()
    this.#server.destroy()
  }

  #ask(bytes: Buffer): void {
    this.#isAsked = true
    this.#requests.push(bytes)
  }

  #answer(bytes: Buffer): void {
    const isReply = this.#isAsked
    this.#isAsked = false
    if (isReply && this.#fault.type === 'reset-after-send') this.#cut(() => this.reset())
    else if (isReply && this.#fault.type === 'half-reply')
      this.#cut(() => this.#endAfterHalf(bytes))
    else {
      this.#replies.push(bytes)
      this.#watch.changed()
    }
  }

  #cut(how: () => void): void {
    how()
    this.#watch.cut()
  }

  #endAfterHalf(bytes: Buffer): void {
    this.#server.destroy()
    this.#client.write(bytes.subarray(0, Math.floor(bytes.length / 2)))
    this.#client.destroySoon()
  }

  #couple(one: Socket, other: Socket): void {
    // The close event that follows reports the error.
    one.on('error', () => undefined)
    one.on('close', (hadError) => {
      if (hadError) this.reset()
      else if (one === this.#client) other.destroySoon()
      if (--this.#open === 0) this.#watch.closed()
    })
  }
}
