import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { OperationMessage, StoreMessage } from '@tokenward/core'

/** The spans of operations, and of their calls to the store. */
export class Spans {
  readonly #tracer: Tracer
  readonly #spans = new WeakMap<object, Span>()

  constructor(tracer: Tracer) {
    this.#tracer = tracer
  }

  /** A child of the active span, such as that of an HTTP request. */
  startOperation(message: OperationMessage): Context {
    const { operation, adapter } = message
    const parent = context.active()
    const span = this.#tracer.startSpan(
      `tokenward.${operation}`,
      {
        kind: SpanKind.INTERNAL,
        attributes: { 'tokenward.operation': operation, 'tokenward.adapter': adapter },
      },
      parent,
    )
    this.#spans.set(message, span)
    return trace.setSpan(parent, span)
  }

  /**
   * A child of an operation that waits for it. One that serves several operations, which may belong to
   * several traces, has a link to each.
   */
  startStore(message: StoreMessage): Context {
    const { call, adapter, size, operations } = message
    const served = operations.flatMap((operation) => this.#spans.get(operation) ?? [])
    // If only some of the traces are sampled, the span belongs to one that is.
    const owner = served.find((span) => span.isRecording()) ?? served[0]
    const parent = owner ? trace.setSpan(context.active(), owner) : context.active()
    const span = this.#tracer.startSpan(
      `tokenward.store.${call}`,
      {
        kind: SpanKind.INTERNAL,
        attributes: {
          'tokenward.adapter': adapter,
          'tokenward.store.call': call,
          'tokenward.store.operations': operations.length,
          ...(size !== undefined && { 'tokenward.store.batch.size': size }),
        },
        links: served.length > 1 ? served.map((each) => ({ context: each.spanContext() })) : [],
      },
      parent,
    )
    this.#spans.set(message, span)
    return trace.setSpan(parent, span)
  }

  end(message: OperationMessage | StoreMessage): void {
    // Missing if the call began before it was observed.
    const span = this.#spans.get(message)
    span?.setAttributes(endOf(message))
    if (message.outcome === 'error') span?.setStatus({ code: SpanStatusCode.ERROR })
    span?.end()
  }
}

function endOf(message: OperationMessage | StoreMessage): Attributes {
  const { outcome, code } = message
  const reason = 'reason' in message ? message.reason : undefined
  return {
    ...(outcome && { 'tokenward.outcome': outcome }),
    ...(reason && { 'tokenward.reason': reason }),
    // `_OTHER` as in the semantic conventions: an error that has no code.
    ...(outcome === 'error' && { 'error.type': code ?? '_OTHER' }),
    ...('storeChecked' in message && { 'tokenward.store_checked': message.storeChecked }),
  } as Attributes
}
