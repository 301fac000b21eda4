import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { lines } from './line-protocol.ts'

/** One socket; one request at a time. */
interface Line {
  readonly socket: Socket
  /** Callers that wait for the next line. */
  hear: PromiseWithResolvers<string> | null
}

/** Concurrent connections; each takes one request at a time, and is closed after any failure. */
export class LinePool {
  readonly #host: string
  readonly #port: number
  readonly #size: number
  readonly #uncatchableCases: Line[] = []
  readonly #all = new Set<Line>()
  #waiting: (() => void)[] = []
  #busy = 0

  constructor(host: string, port: number, size: number) {
    this.#host = host
    this.#port = port
    this.#size = size
  }

  /** Sends a line and returns the next one that comes. */
  async ask(text: string, signal: AbortSignal): Promise<string> {
    await this.#turn(signal)
    try {
      const line = this.#uncatchableCases.pop() ?? (await this.#open(signal))
      // Whatever the result of the request: nothing else is sent on a connection where its answer
      // may still come.
      const giveUp = () => line.socket.destroy()
      signal.addEventListener('abort', giveUp, { once: true })
      try {
        const reply = await this.#exchange(line, text)
        this.#uncatchableCases.push(line)
        return reply
      } finally {
        signal.removeEventListener('abort', giveUp)
      }
    } finally {
      this.#busy--
      this.#waiting.shift()?.()
    }
  }

  close(): void {
    for (const { socket } of this.#all) socket.destroy()
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (this.#busy >= this.#size) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      const giveUp = () => {
        this.#waiting = this.#waiting.filter((one) => one !== resolve)
        reject(signal.reason)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      await promise.finally(() => signal.removeEventListener('abort', giveUp))
    }
    this.#busy++
  }

  async #open(signal: AbortSignal): Promise<Line> {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true })
    const line: Line = { socket, hear: null }
    this.#all.add(line)
    const hear = lines((text) => line.hear?.resolve(text))
    socket.setEncoding('utf8').on('data', hear)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      this.#all.delete(line)
      const at = this.#uncatchableCases.indexOf(line)
      if (at >= 0) this.#uncatchableCases.splice(at, 1)
      line.hear?.reject(new Error('the connection ended'))
    })
    try {
      await once(socket, 'connect', { signal })
      return line
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  async #exchange(line: Line, text: string): Promise<string> {
    if (line.socket.destroyed) throw new Error('the connection ended')
    line.hear = Promise.withResolvers<string>()
    line.socket.write(`${text}\n`)
    try {
      return await line.hear.promise
    } finally {
      line.hear = null
    }
  }
}
