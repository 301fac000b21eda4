import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { type Context, context, diag } from '@opentelemetry/api'
import type { OperationMessage, StoreMessage } from '@tokenward/core'

type Message = OperationMessage | StoreMessage

interface ChannelObserver<M> {
  /** @returns the context in which the call runs */
  readonly started: (message: M) => Context
  readonly ended: readonly ((message: M) => void)[]
}

/**
 * A channel runs a call in stores of type `AsyncLocalStorage`. OpenTelemetry does not give out its own, so
 * this one passes the context on to it: spans of a database driver become children of the active span.
 */
class ContextStore extends AsyncLocalStorage<Context> {
  override run<R>(active: Context, callback: () => R): R
  override run<R, A extends unknown[]>(
    active: Context,
    callback: (...args: A) => R,
    ...args: A
  ): R {
    return context.with(active, () => callback(...args))
  }
}

/** @returns a function that stops it */
export function observeChannel<M extends Message>(
  name: string,
  observer: ChannelObserver<M>,
): () => void {
  const { start, asyncEnd } = tracingChannel<Context, M>(`tokenward:${name}`)
  const store = new ContextStore()
  const ended = (message: unknown): void => {
    for (const each of observer.ended) guarded(() => each(message as M))
  }
  start.bindStore(store, (message) => guarded(() => observer.started(message)) ?? context.active())
  asyncEnd.subscribe(ended)
  return () => {
    start.unbindStore(store)
    asyncEnd.unsubscribe(ended)
  }
}

/** What a subscriber throws would end the process, for example the error of a span processor. */
function guarded<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch (error) {
    diag.error('@tokenward/otel: a span or metric could not be made', error)
    return undefined
  }
}
