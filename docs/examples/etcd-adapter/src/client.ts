import { Agent, request } from 'node:http'
import { ClientCalls, type Closed, errorCode, SOCKET_HELP, withHelp } from '@tokenward/core/adapter'

/** Connections to one member. */
const MAX_SOCKETS = 64
/** The longest reply is 32 records of 64 KiB in base64. */
const MAX_REPLY_BYTES = 8_388_608

/** The connections to the members of etcd. */
export class Client {
  readonly #members: readonly string[]
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
  readonly #calls = new ClientCalls()
  #current = 0

  constructor(members: readonly string[]) {
    this.#members = members
  }

  /**
   * Sends a request to one member, once: a write that is sent again could answer `false` for what it has
   * stored itself. After a failure the next call goes to the next member.
   */
  async post<Reply>(path: string, message: object, signal: AbortSignal): Promise<Reply> {
    const used = this.#current
    const url = new URL(path, this.#members[used])
    try {
      return await this.#calls.run((ending) => this.#send<Reply>(url, message, ending), signal)
    } catch (error) {
      // Of many calls that fail at once, the first one moves on.
      if (this.#current === used) this.#current = (used + 1) % this.#members.length
      throw withHelp('etcd', error, SOCKET_HELP[errorCode(error)])
    }
  }

  get memberCount(): number {
    return this.#members.length
  }

  close(closed: Closed): void {
    this.#calls.close(closed)
    this.#agent.destroy()
  }

  /** The signal destroys the connection, so that a late reply is never taken for the next call's. */
  async #send<Reply>(url: URL, message: object, signal: AbortSignal): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    const options = { method: 'POST', agent: this.#agent, signal }
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_REPLY_BYTES) sent.destroy(new Error('etcd: the reply is too long'))
        else chunks.push(chunk)
      })
      response.on('error', reject) // Also where the connection ends in the middle of the reply.
      response.on('end', () => {
        try {
          resolve(parseReply(response.statusCode ?? 0, Buffer.concat(chunks).toString()) as Reply)
        } catch (error) {
          reject(error)
        }
      })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(message))
    return promise
  }
}

/** @throws Error with etcd's message, which contains neither keys nor values */
function parseReply(status: number, text: string): unknown {
  if (status === 200) return JSON.parse(text)
  const [, message = 'no message'] = /"(?:error|message)":"([^"]{1,200})"/.exec(text) ?? []
  throw new Error(`etcd: status ${status}: ${message}`)
}
