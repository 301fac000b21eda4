import { setTimeout as wait } from 'node:timers/promises'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { compare, keysOf, perNamespace, put } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type Found = StoredRecord | null

/** How long writes are buffered before they are sent, ms. */
const FILLING = 20

const caches = perNamespace(() => new Map<string, Found>())
const queues = perNamespace(() => new Queue())
const buffers = perNamespace(() => new WriteBuffer())

/** Adapters that are correct as long as there is one process. */
export const perProcess: readonly KnownBadAdapter[] = defineAdapters({
  'cached-per-process': {
    mutation: "keeps a cache in its process, which only that process's writes update",
    caughtBy: 'cross-process',
    failureMatches: /after the revocation of|knew of the revocation of/,
    wrap: cached,
  },
  'locked-per-process': {
    mutation: 'compares and sets in two steps under a lock of its process',
    caughtBy: 'linearizable-processes',
    failureMatches: /^not linearizable/,
    wrap(inner) {
      const queue = queues(inner)
      return intercept(inner, {
        write: (_, writes, signal) =>
          queue.add(async () => {
            const answers = await compare(inner, writes, signal)
            await eventLoopTurns(1)
            for (const [i, { record }] of writes.entries()) {
              if (answers[i]) await put(inner, record, signal)
            }
            return answers
          }),
      })
    },
  },
  'write-behind': {
    mutation: 'acknowledges writes in a buffer of its process, and sends them a little later',
    caughtBy: 'kill9-client',
    failureMatches: /accepted|refused as|that was (cut|interrupted)/,
    wrap: (inner) => buffered(inner, buffers(inner), queues(inner)),
  },
})

function cached(inner: TokenRepository): TokenRepository {
  const cache = caches(inner)
  return intercept(inner, {
    async read(pass, keys, signal) {
      const missed = keys.filter((key) => !cache.has(key))
      const found = missed.length > 0 ? await pass(missed, signal) : []
      for (const [i, key] of missed.entries()) cache.set(key, found[i] ?? null)
      return keys.map((key) => cache.get(key) ?? null)
    },
    async write(pass, writes, signal) {
      try {
        return await pass(writes, signal)
      } finally {
        for (const key of keysOf(writes)) cache.delete(key)
      }
    },
  })
}

function buffered(inner: TokenRepository, buffer: WriteBuffer, queue: Queue): TokenRepository {
  const view = intercept(inner, {
    async read(pass, keys, signal) {
      const found = await pass(keys, signal)
      return found.map((record, i) => buffer.get(keys[i] ?? '') ?? record)
    },
  })
  const behind = intercept(view, {
    write: (_, writes, signal) =>
      queue.add(async () => {
        const answers = await compare(view, writes, signal)
        for (const [i, { record }] of writes.entries()) if (answers[i]) buffer.add(inner, record)
        return answers
      }),
  })
  return replace(behind, {
    close: async () => {
      await buffer.sent()
      await inner.close()
    },
  })
}

/** One after the other. */
class Queue {
  #last: Promise<unknown> = Promise.resolve()

  add<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}

/** The writes of a process, as the process sees them. */
class WriteBuffer {
  readonly #written = new Map<string, StoredRecord>()
  readonly #sending = new Queue()
  #sent: Promise<unknown> = Promise.resolve()

  get(key: string): StoredRecord | undefined {
    return this.#written.get(key)
  }

  add(repository: TokenRepository, record: StoredRecord): void {
    this.#written.set(record.key, record)
    const send = () => put(repository, record, AbortSignal.timeout(1_000)).catch(() => undefined)
    this.#sent = Promise.all([this.#sent, wait(FILLING).then(() => this.#sending.add(send))])
  }

  /** Everything that was added so far. */
  sent(): Promise<unknown> {
    return this.#sent
  }
}
