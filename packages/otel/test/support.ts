import { context, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace'
import {
  createTokenward,
  generateKeys,
  type TokenRepository,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { afterEach } from 'vitest'
import { observe } from '../src/index.ts'

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

export const ADA = { subject: 'ada', client: 'web' } as const
const keys = generateKeys()

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

interface Telemetry {
  readonly tracer: Tracer
  readonly stop: () => void
  readonly spans: () => readonly ReadableSpan[]
  /** The only span of this name. */
  readonly span: (name: string) => ReadableSpan
  readonly forget: () => void
  readonly metrics: () => Promise<readonly MetricData[]>
}

/** The SDK of OpenTelemetry with exporters in memory, observed until the test, or the first test after a hook, ends. */
export function telemetry(options: Omit<TracerProviderOptions, 'spanProcessors'> = {}): Telemetry {
  const spanExporter = new InMemorySpanExporter()
  const traces = new TracerProvider({
    ...options,
    spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
  })
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
  })
  const meters = new MeterProvider({ readers: [reader] })
  const tracer = traces.getTracer('test')
  const stop = observe({ meter: meters.getMeter('test'), tracer })
  cleanups.push(async () => {
    stop()
    await meters.shutdown()
    await traces.shutdown()
  })
  return {
    tracer,
    stop,
    spans: () => spanExporter.getFinishedSpans(),
    span: (name) => {
      const found = spanExporter.getFinishedSpans().filter((span) => span.name === name)
      if (found.length !== 1) throw new Error(`${found.length} spans are called ${name}`)
      return found[0] as ReadableSpan
    },
    forget: () => spanExporter.reset(),
    metrics: async () => {
      metricExporter.reset()
      await meters.forceFlush()
      return metricExporter.getMetrics().flatMap(({ scopeMetrics }) => {
        return scopeMetrics.flatMap(({ metrics }) => metrics)
      })
    },
  }
}

/** An instance on a store in memory. */
export async function instance(options: Partial<TokenwardOptions> = {}): Promise<Tokenward> {
  const tokens = await createTokenward({
    issuer: 'https://api.example',
    keys: await keys,
    repository: memory(),
    // Long enough for a busy machine.
    deadline: '20s',
    ...options,
  })
  cleanups.push(() => tokens.close())
  return tokens
}

interface Breakable {
  readonly repository: TokenRepository
  readonly state: { failure: Error | null; onRead: () => void }
}

/** A store in memory that fails while there is a `failure`, and calls `onRead` in each read. */
export function breakable(inner: TokenRepository = memory()): Breakable {
  const state: Breakable['state'] = { failure: null, onRead: () => {} }
  const call = <T>(request: () => Promise<T>): Promise<T> =>
    state.failure ? Promise.reject(state.failure) : request()
  const repository: TokenRepository = {
    name: inner.name,
    namespace: inner.namespace,
    capabilities: inner.capabilities,
    open: () => inner.open(),
    close: () => inner.close(),
    read: (asked, signal) => {
      state.onRead()
      return call(() => inner.read(asked, signal))
    },
    write: (writes, signal) => call(() => inner.write(writes, signal)),
    list: (...asked) => call(async () => (await inner.list?.(...asked)) ?? []),
    prune: (...asked) => call(async () => (await inner.prune?.(...asked)) ?? 0),
  }
  return { repository, state }
}
