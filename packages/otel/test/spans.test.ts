import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { ADA, breakable, instance, telemetry } from './support.ts'

/** Runs a call as the handler of an HTTP request does. */
async function within<T>(span: Span, call: () => Promise<T>): Promise<T> {
  try {
    return await context.with(trace.setSpan(context.active(), span), call)
  } finally {
    span.end()
  }
}

test('a verification inside the span of a request becomes its child', async () => {
  const { tracer, span } = telemetry()
  const tokens = await instance()
  const { accessToken } = await tokens.issue(ADA)
  const request = tracer.startSpan('GET /')
  await within(request, () => tokens.verify(accessToken))
  const verify = span('tokenward.verify')
  expect(verify.parentSpanContext?.spanId).toBe(request.spanContext().spanId)
  expect(verify.spanContext().traceId).toBe(request.spanContext().traceId)
  expect(verify.kind).toBe(SpanKind.INTERNAL)
  expect(verify.attributes).toEqual({
    'tokenward.operation': 'verify',
    'tokenward.adapter': 'memory',
    'tokenward.outcome': 'ok',
    'tokenward.store_checked': true,
  })
})

test('the read of a single verification is its child, without links', async () => {
  const { span, forget } = telemetry()
  const tokens = await instance()
  const { accessToken } = await tokens.issue(ADA)
  forget()
  await tokens.verify(accessToken)
  const read = span('tokenward.store.read')
  const { spanId } = span('tokenward.verify').spanContext()
  expect(read.parentSpanContext?.spanId).toBe(spanId)
  expect(read.links).toEqual([])
  expect(read.attributes).toMatchObject({
    'tokenward.store.call': 'read',
    'tokenward.store.operations': 1,
    'tokenward.outcome': 'ok',
  })
  expect(read.attributes['tokenward.store.batch.size']).toBeGreaterThan(1)
})

test('a batch that serves the requests of two traces has a link to both', async () => {
  const { tracer, spans, span, forget } = telemetry()
  const tokens = await instance()
  const { accessToken } = await tokens.issue(ADA)
  // Later verifications find the signature in memory, and reach the store in the same turn.
  await tokens.verify(accessToken)
  forget()
  const requests = ['GET /a', 'GET /b'].map((name) => tracer.startSpan(name, { root: true }))
  await Promise.all(requests.map((each) => within(each, () => tokens.verify(accessToken))))
  const verified = spans().filter(({ name }) => name === 'tokenward.verify')
  expect(verified.map((each) => each.spanContext().traceId)).toEqual(
    requests.map((each) => each.spanContext().traceId),
  )
  const read = span('tokenward.store.read')
  const ids = verified.map((each) => each.spanContext().spanId)
  expect(read.links.map((link) => link.context.spanId)).toEqual(ids)
  expect(read.parentSpanContext?.spanId).toBe(ids[0])
})

test('a batch belongs to a trace that is sampled, if one of its traces is', async () => {
  const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler() })
  const { tracer, span, forget } = telemetry({ sampler })
  const tokens = await instance()
  const { accessToken } = await tokens.issue(ADA)
  await tokens.verify(accessToken)
  forget()
  const off = telemetry({ sampler: new AlwaysOffSampler() })
  off.stop()
  const requests = [off.tracer.startSpan('GET /a'), tracer.startSpan('GET /b')]
  await Promise.all(requests.map((each) => within(each, () => tokens.verify(accessToken))))
  const read = span('tokenward.store.read')
  expect(read.spanContext().traceId).toBe(requests[1]?.spanContext().traceId)
})

test('what a database driver starts in a read becomes a child of the read', async () => {
  const { tracer, span, forget } = telemetry()
  const { repository, state } = breakable()
  const tokens = await instance({ repository })
  const { accessToken } = await tokens.issue(ADA)
  forget()
  state.onRead = () => tracer.startSpan('SELECT').end()
  await within(tracer.startSpan('GET /'), () => tokens.verify(accessToken))
  const { spanId } = span('tokenward.store.read').spanContext()
  expect(span('SELECT').parentSpanContext?.spanId).toBe(spanId)
})

test('what the application starts after a call is no child of the call', async () => {
  const { tracer, span } = telemetry()
  const tokens = await instance()
  const request = tracer.startSpan('GET /')
  await within(request, async () => {
    await tokens.issue(ADA)
    tracer.startSpan('render').end()
  })
  expect(span('render').parentSpanContext?.spanId).toBe(request.spanContext().spanId)
})

test('a refusal has its reason, and is no error', async () => {
  const { span } = telemetry()
  const tokens = await instance()
  const { accessToken } = await tokens.issue(ADA)
  await tokens.revoke({ subject: 'ada' })
  await tokens.verify(accessToken)
  const verify = span('tokenward.verify')
  expect(verify.attributes).toMatchObject({
    'tokenward.outcome': 'inactive',
    'tokenward.reason': 'revoked',
  })
  expect(verify.status.code).toBe(SpanStatusCode.UNSET)
})

test('a failure has the status error and its code, without a message', async () => {
  const { span, forget } = telemetry()
  const { repository, state } = breakable()
  const tokens = await instance({ repository })
  const { accessToken } = await tokens.issue(ADA)
  forget()
  state.failure = new Error('connection reset')
  await expect(tokens.verify(accessToken)).rejects.toThrow()
  const verify = span('tokenward.verify')
  expect(verify.status).toEqual({ code: SpanStatusCode.ERROR })
  expect(verify.attributes['error.type']).toBe('TOKENWARD_STORE_UNAVAILABLE')
  const read = span('tokenward.store.read')
  expect(read.status).toEqual({ code: SpanStatusCode.ERROR })
  expect(read.attributes['error.type']).toBe('_OTHER')
  expect([...verify.events, ...read.events]).toEqual([])
})

test('observe() returns a function that stops it, and may be called after createTokenward', async () => {
  const tokens = await instance()
  const { stop, spans } = telemetry()
  await tokens.issue(ADA)
  const count = spans().length
  expect(count).toBeGreaterThan(1)
  stop()
  await tokens.issue(ADA)
  expect(spans()).toHaveLength(count)
})

test('a tracer that throws changes no result', async () => {
  const { tracer } = telemetry()
  tracer.startSpan = () => {
    throw new Error('the tracer failed')
  }
  const tokens = await instance()
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true, storeChecked: true })
})
