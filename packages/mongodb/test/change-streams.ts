import type { MongoClient } from 'mongodb'
import type { ChangeStreamLike, DatabaseLike, Document, MongoClientLike } from '../src/index.ts'

/** A client whose change streams can be counted and broken. */
export interface ObservableClient {
  readonly client: MongoClientLike
  readonly opened: number
  readonly open: number
  breakAll(): void
  refuse(error: Error): void
  /** Resolves when every open stream has begun. */
  listening(): Promise<unknown>
}

export function observable(real: MongoClient): ObservableClient {
  const streams = new Set<Breakable>()
  const state = { opened: 0, refusal: null as Error | null }
  const changes = (stream: ChangeStreamLike): ChangeStreamLike => {
    state.opened++
    const breakable = new Breakable(stream, state.refusal, () => streams.delete(breakable))
    streams.add(breakable)
    return breakable
  }
  const db = (name?: string): DatabaseLike => {
    const database = real.db(name)
    return {
      databaseName: database.databaseName,
      command: (command, options) => database.command(command, options),
      collection: (name) => ({
        watch: (pipeline, options) => changes(database.collection(name).watch(pipeline, options)),
      }),
    }
  }
  const client: MongoClientLike = { options: real.options, db }
  return {
    client,
    get opened() {
      return state.opened
    },
    get open() {
      return streams.size
    },
    breakAll: () => {
      for (const stream of streams) stream.break()
    },
    refuse: (error: Error) => {
      state.refusal = error
    },
    listening: () => Promise.all([...streams].map((stream) => stream.listening.promise)),
  }
}

class Breakable implements ChangeStreamLike {
  readonly listening: PromiseWithResolvers<void> = Promise.withResolvers<void>()
  readonly #stream: ChangeStreamLike
  readonly #broken = Promise.withResolvers<never>()
  readonly #closed: () => void

  constructor(stream: ChangeStreamLike, refusal: Error | null, closed: () => void) {
    this.#stream = stream
    this.#closed = closed
    this.#broken.promise.catch(() => undefined)
    if (refusal) this.#broken.reject(refusal)
  }

  break(): void {
    this.#broken.reject(new Error('the stream broke'))
  }

  async tryNext(): Promise<Document | null> {
    const first = await Promise.race([this.#broken.promise, this.#stream.tryNext()])
    this.listening.resolve()
    return first
  }

  next(): Promise<Document> {
    return Promise.race([this.#broken.promise, this.#stream.next()])
  }

  async close(): Promise<void> {
    this.#closed()
    await this.#stream.close()
  }
}
