// Publishes operations and calls to the store on channels of Node's `diagnostics_channel`. Loaded only
// where the host has them.
import type { TokenRepository } from '../adapter/contract.ts'
import { outcomeOf } from '../decision/outcome.ts'
import { type ErrorCode, isTokenwardError } from '../errors.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Waiting } from '../store/store.ts'
import type { Active } from '../types/results.ts'
import type { OperationMessage, OperationName, StoreCall, StoreMessage } from '../types/tracing.ts'

interface Channel {
  publish(message: object): void
  runStores<T>(message: object, call: () => T): T
}

interface TracingChannel
  extends Readonly<Record<'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error', Channel>> {
  readonly hasSubscribers: boolean
}

/** As in `node:diagnostics_channel`. */
export interface DiagnosticsChannels {
  tracingChannel(name: string): TracingChannel
}

/** What the operations of a traced instance are given. */
interface CallContext {
  readonly deadline: () => Deadline
  readonly describe?: (details: Partial<OperationMessage>) => void
}

/** Observes the operations of one instance and its calls to the store. */
export class Tracer {
  readonly #channels = new Map<string, TracingChannel>()
  readonly #host: DiagnosticsChannels
  readonly #adapter: string
  /** Which operation a deadline belongs to: a call to the store knows the deadlines of those who wait. */
  readonly #operations = new WeakMap<Deadline, OperationMessage>()

  constructor(host: DiagnosticsChannels, { name }: TokenRepository) {
    this.#host = host
    this.#adapter = name
  }

  /** @returns `undefined`, and does nothing, where nothing subscribes */
  operation<T extends object, C extends CallContext>(
    name: OperationName,
    context: C,
    operation: (context: C) => Promise<T>,
  ): Promise<T> | undefined {
    const channel = this.#channel(name)
    if (!channel.hasSubscribers) return undefined
    const message: OperationMessage = { operation: name, adapter: this.#adapter }
    const deadline = (): Deadline => {
      const started = context.deadline()
      this.#operations.set(started, message)
      return started
    }
    const describe = (details: Partial<OperationMessage>): void =>
      void Object.assign(message, details)
    return publish(channel, message, () => operation({ ...context, deadline, describe }), detailsOf)
  }

  /** @returns `undefined`, and does nothing, where nothing subscribes */
  store<T>(
    call: StoreCall,
    waiting: Waiting,
    request: () => Promise<T>,
    size?: number,
  ): Promise<T> | undefined {
    const channel = this.#channel('store')
    if (!channel.hasSubscribers) return undefined
    const found = waiting.deadlines.map((deadline) => this.#operations.get(deadline))
    const operations = [...new Set(found.filter((each) => each !== undefined))]
    const sized = size === undefined ? {} : { size }
    const message: StoreMessage = { call, adapter: this.#adapter, ...sized, operations }
    return publish(channel, message, request, () => ({ outcome: 'ok' as const }))
  }

  #channel(name: string): TracingChannel {
    const known = this.#channels.get(name)
    if (known) return known
    const channel = this.#host.tracingChannel(`tokenward:${name}`)
    this.#channels.set(name, channel)
    return channel
  }
}

/**
 * Publishes in the order of Node's `tracePromise`, which would also publish the result and the error: they
 * contain tokens, claims and ids.
 */
async function publish<M extends OperationMessage | StoreMessage, T>(
  { start, end, asyncStart, asyncEnd, error }: TracingChannel,
  message: M,
  call: () => Promise<T>,
  details: (result: T) => Partial<M>,
): Promise<T> {
  const started = performance.now()
  const finish = (ending: object): void => {
    Object.assign(message, { ms: performance.now() - started }, ending)
  }
  try {
    const pending = start.runStores(message, call)
    end.publish(message)
    const result = await pending
    finish(details(result))
    return result
  } catch (cause) {
    finish({ outcome: 'error', ...codeOf(cause) })
    error.publish(message)
    throw cause
  } finally {
    asyncStart.publish(message)
    asyncEnd.publish(message)
  }
}

function codeOf(cause: unknown): { readonly code?: ErrorCode } {
  return isTokenwardError(cause) ? { code: cause.code } : {}
}

/** What a message tells about a result. Everything else in it may be a secret. */
function detailsOf(result: object): Partial<OperationMessage> {
  const { storeChecked } = result as Partial<Active>
  return { ...outcomeOf(result), ...(storeChecked !== undefined && { storeChecked }) }
}
