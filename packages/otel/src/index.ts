import { metrics as globalMetrics, type Meter, type Tracer, trace } from '@opentelemetry/api'
import type { OperationMessage, OperationName, StoreMessage } from '@tokenward/core'
import { observeChannel } from './channel.ts'
import { Metrics } from './metrics.ts'
import { Spans } from './spans.ts'

/** The options of {@link observe}. */
export interface ObserveOptions {
  /**
   * Makes the metrics.
   * @default the meter `@tokenward/otel` of the global meter provider
   */
  readonly meter?: Meter
  /**
   * Makes the spans.
   * @default the tracer `@tokenward/otel` of the global tracer provider
   */
  readonly tracer?: Tracer
}

const SCOPE = '@tokenward/otel'

/** An object, so that the compiler notices a missing operation. */
const OPERATIONS: Readonly<Record<OperationName, true>> = {
  issue: true,
  save: true,
  verify: true,
  consume: true,
  rotate: true,
  revoke: true,
  explain: true,
  list: true,
  sessions: true,
  data: true,
  updateData: true,
  receive: true,
  signIntrospection: true,
  erase: true,
  reseal: true,
  prune: true,
  health: true,
}

/**
 * Makes spans and metrics of all instances of Tokenward in this process, also of those that are created
 * later. Call it once, after the OpenTelemetry SDK has started and before `createTokenward`. A span or
 * metric contains no id, no token and no text of an error.
 * @returns a function that stops it
 * @example
 * const stop = observe()
 */
export function observe(options: ObserveOptions = {}): () => void {
  const { meter = globalMetrics.getMeter(SCOPE), tracer = trace.getTracer(SCOPE) } = options
  const spans = new Spans(tracer)
  const metrics = new Metrics(meter)
  const stops = Object.keys(OPERATIONS).map((operation) =>
    observeChannel<OperationMessage>(operation, {
      started: (message) => spans.startOperation(message),
      ended: [(message) => spans.end(message), (message) => metrics.operationEnded(message)],
    }),
  )
  const stopStore = observeChannel<StoreMessage>('store', {
    started: (message) => spans.startStore(message),
    ended: [(message) => spans.end(message), (message) => metrics.storeReplied(message)],
  })
  return () => {
    for (const stop of [...stops, stopStore]) stop()
  }
}
