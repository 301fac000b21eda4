// Defects in how an adapter handles its connections.
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { LATE_MS, put } from './helpers.ts'

type Found = StoredRecord | null

/** Connections of the pool that leaks them. */
const POOL = 8
/** Between two tries, ms. */
const PAUSE = 5

export function never(): AbortSignal {
  return new AbortController().signal
}

/** Repeats every call until it is answered or the repository is closed. */
export function repeating(inner: TokenRepository): TokenRepository {
  let isClosed = false
  const repeat = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call()
      } catch (error) {
        if (isClosed) throw error
        await wait(PAUSE)
      }
    }
  }
  const stubborn = intercept(inner, {
    read: (pass, keys) => repeat(() => pass(keys, AbortSignal.timeout(1_000))),
    write: (pass, writes) => repeat(() => pass(writes, AbortSignal.timeout(1_000))),
  })
  return replace(stubborn, {
    close: () => {
      isClosed = true
      return inner.close()
    },
  })
}

/** Matches answers to calls by their order only, even if a call was aborted. */
export function offByOneReply<T>(): (own: Promise<T>, signal: AbortSignal) => Promise<T> {
  const answers: Promise<T>[] = []
  return async (own, signal) => {
    own.catch(() => undefined)
    answers.push(own)
    const next = answers.shift() as Promise<T>
    const givenUp = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        answers.unshift(next)
        reject(signal.reason)
      })
    })
    return await Promise.race([next, givenUp])
  }
}

/** A pool in which each failed call takes up a place without end. */
export function leakConnections(inner: TokenRepository): TokenRepository {
  let free = POOL
  const withPlace = async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
    while (free === 0) await wait(PAUSE, undefined, { signal })
    free--
    const answer = await call()
    free++
    return answer
  }
  return intercept(inner, {
    read: (pass, keys, signal) => withPlace(signal, () => pass(keys, signal)),
    write: (pass, writes, signal) => withPlace(signal, () => pass(writes, signal)),
  })
}

/** @param ms how long the server is not asked after a failure */
export function delayReconnect(inner: TokenRepository, ms: number): TokenRepository {
  let until = 0
  const ask = async <T>(call: () => Promise<T>): Promise<T> => {
    if (performance.now() < until) throw new Error('the server is not asked yet')
    try {
      return await call()
    } catch (error) {
      until = performance.now() + ms
      throw error
    }
  }
  return intercept(inner, {
    read: (pass, keys, signal) => ask(() => pass(keys, signal)),
    write: (pass, writes, signal) => ask(() => pass(writes, signal)),
  })
}

/** Reads each key once at a time. */
export function joining(inner: TokenRepository): TokenRepository {
  const underWay = new Map<string, Promise<Found>>()
  return intercept(inner, {
    async read(pass, keys, signal) {
      const fresh = keys.filter((key) => !underWay.has(key))
      const asked = fresh.length > 0 ? pass(fresh, signal) : Promise.resolve([])
      for (const [i, key] of fresh.entries()) {
        const answer = asked.then((found) => found[i] ?? null)
        const done = answer.finally(() => underWay.delete(key))
        done.catch(() => undefined)
        underWay.set(key, done)
      }
      return await Promise.all(keys.map((key) => underWay.get(key) ?? null))
    },
  })
}

/**
 * Sends records that were acknowledged already. Like the buffer of a socket, it loses with the connection
 * what it has not sent.
 */
export class SendBuffer {
  readonly #inner: TokenRepository
  #failures = 0

  constructor(inner: TokenRepository) {
    this.#inner = inner
  }

  /** Another call on the same connection. */
  async watch<T>(call: Promise<T>): Promise<T> {
    try {
      return await call
    } catch (error) {
      this.#failures++
      throw error
    }
  }

  async send(record: StoredRecord): Promise<void> {
    const before = this.#failures
    await wait(LATE_MS)
    if (this.#failures !== before) return
    const late = put(this.#inner, record, AbortSignal.timeout(1_000))
    await this.watch(late).catch(() => undefined)
  }
}

/** What the call leads to, but its failure only when its deadline has passed. */
export async function untilLate<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!signal.aborted) await once(signal, 'abort')
    throw error
  }
}
