import type { Socket } from 'node:net'
import { type Flow, flowsOf, PASS } from './fault.ts'

/** The most bytes that wait here; the sender's own buffers keep the rest. */
const MOST = 1024 * 1024
/** A throttled stream sends this many chunks a second. */
const PIECES = 50

interface HistorySegment {
  /** `null`: the sender has ended. */
  readonly bytes: Buffer | null
  /** On the clock of `performance.now()`. */
  readonly due: number
}

/** One direction of a connection: bytes leave in order, each when it is due. */
export class ByteStream {
  readonly #from: Socket
  readonly #to: Socket
  readonly #sent: (bytes: number) => void
  readonly #queue: HistorySegment[] = []
  #pace: Flow = flowsOf(PASS).replies
  #timer: NodeJS.Timeout | undefined
  #waiting = 0
  #lastDue = 0

  constructor(from: Socket, to: Socket, sent: (bytes: number) => void) {
    this.#from = from
    this.#to = to
    this.#sent = sent
    to.on('drain', () => this.#flow())
  }

  /** How many bytes are waiting. */
  get waiting(): number {
    return this.#waiting
  }

  /** Waiting bytes keep their due time: a late reply stays late, and a held one leaves at once. */
  set pace(pace: Flow) {
    this.#pace = pace
    this.#pump()
  }

  push(bytes: Buffer): void {
    this.#waiting += bytes.length
    for (const segment of this.#pieces(bytes)) this.#enqueue(segment)
    this.#pump()
  }

  end(): void {
    this.#enqueue(null)
    this.#pump()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#queue.length = 0
    this.#waiting = 0
  }

  #pieces(bytes: Buffer): readonly Buffer[] {
    const size = Math.max(1, Math.floor(this.#pace.bytesPerSecond / PIECES))
    if (bytes.length <= size) return [bytes]
    const count = Math.ceil(bytes.length / size)
    return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
  }

  #enqueue(bytes: Buffer | null): void {
    const { delay, bytesPerSecond } = this.#pace
    const takes = ((bytes?.length ?? 0) / bytesPerSecond) * 1_000
    this.#lastDue = Math.max(this.#lastDue, performance.now() + delay) + takes
    this.#queue.push({ bytes, due: this.#lastDue })
  }

  #pump(): void {
    clearTimeout(this.#timer)
    while (!this.#pace.holds) {
      const [next] = this.#queue
      if (next === undefined) break
      const wait = next.due - performance.now()
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#pump(), wait)
        break
      }
      this.#queue.shift()
      this.#deliver(next.bytes)
    }
    this.#flow()
  }

  #deliver(bytes: Buffer | null): void {
    if (bytes === null) this.#to.end()
    else {
      this.#waiting -= bytes.length
      this.#sent(bytes.length)
      this.#to.write(bytes)
    }
  }

  #flow(): void {
    const isFull = this.#waiting > MOST || this.#to.writableNeedDrain
    if (this.#pace.reads && !isFull) this.#from.resume()
    else this.#from.pause()
  }
}
