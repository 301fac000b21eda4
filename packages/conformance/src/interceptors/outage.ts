import type { Write } from '@tokenward/core/adapter'
import { intercept, type RepositoryWrapper } from './intercept.ts'

/**
 * `refuses`: rejects at once. `silent`: no answer until the deadline's signal. `ignores-abort`: not even
 * then, as with an adapter that ignores the signal.
 */
export type State = 'up' | 'refuses' | 'silent' | 'ignores-abort'

/** A backend that goes away and comes back. */
export interface Outage {
  wrap: RepositoryWrapper
  reads: State
  writes: State
}

export function outage(): Outage {
  const backend: Outage = {
    reads: 'up',
    writes: 'up',
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys, signal) => answer(backend.reads, signal, () => pass(keys, signal)),
        write: (pass, writes, signal) => answer(backend.writes, signal, () => pass(writes, signal)),
      }),
  }
  return backend
}

function answer<T>(state: State, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  if (state === 'up') return call()
  if (state === 'ignores-abort') return new Promise(() => {})
  return state === 'refuses' ? Promise.reject(new Error('connection refused')) : silence(signal)
}

function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}

/**
 * The first write for which `which` returns true happens, but its reply is lost and all later calls
 * fail.
 */
export function outageAfter(which: (writes: readonly Write[]) => boolean): Outage {
  const backend = outage()
  const { wrap } = backend
  let happened = false
  backend.wrap = (inner) =>
    wrap(
      intercept(inner, {
        async write(pass, writes, signal) {
          const answer = await pass(writes, signal)
          if (happened || !which(writes)) return answer
          happened = true
          backend.reads = backend.writes = 'refuses'
          throw new Error('connection reset')
        },
      }),
    )
  return backend
}
