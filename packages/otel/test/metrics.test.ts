import type { MetricData } from '@opentelemetry/sdk-metrics'
import { expect, test } from 'vitest'
import { eventfulDay } from './scenario.ts'
import { ADA, instance, telemetry } from './support.ts'

function metric(metrics: readonly MetricData[], name: string): MetricData {
  const found = metrics.find(({ descriptor }) => descriptor.name === name)
  if (!found) throw new Error(`there is no metric ${name}`)
  return found
}

/** The attributes of all points of a metric, each as one text. */
function attributesOf(metrics: readonly MetricData[], name: string): readonly string[] {
  return metric(metrics, name).dataPoints.map(({ attributes }) =>
    Object.values(attributes).join(' '),
  )
}

test('every metric has the name and unit that are documented', async () => {
  const { metrics } = telemetry()
  await eventfulDay()
  const units = (await metrics()).map(({ descriptor: { name, unit } }) => [name, unit])
  expect(Object.fromEntries(units)).toEqual({
    'tokenward.operation.duration': 's',
    'tokenward.store.duration': 's',
    'tokenward.store.batch.size': '{record}',
    'tokenward.revocation.lag': 's',
    'tokenward.fail_open': '{token}',
    'tokenward.prune.deleted': '{record}',
  })
})

test('operations are counted by how they ended', async () => {
  const { metrics } = telemetry()
  await eventfulDay()
  const attributes = attributesOf(await metrics(), 'tokenward.operation.duration')
  expect(attributes).toEqual(
    expect.arrayContaining([
      'issue ok',
      'verify ok',
      'verify error TOKENWARD_STORE_UNAVAILABLE',
      'verify inactive not-found',
      'rotate inactive reused',
      'prune ok',
      'prune error TOKENWARD_STORE_UNAVAILABLE',
    ]),
  )
})

test('the durations are in seconds', async () => {
  const { metrics } = telemetry()
  const tokens = await instance()
  const started = performance.now()
  await tokens.issue(ADA)
  const elapsedMs = performance.now() - started
  const collected = await metrics()
  for (const name of ['tokenward.operation.duration', 'tokenward.store.duration']) {
    const sums = metric(collected, name).dataPoints.map(({ value, attributes }) => {
      return 'open' === attributes['call'] ? 0 : (value as { sum: number }).sum
    })
    const sum = sums.reduce((total, each) => total + each, 0)
    expect(sum).toBeGreaterThan(0)
    expect(sum).toBeLessThanOrEqual((2 * elapsedMs) / 1000)
  }
})

test('a read counts once, with its size, however many verifications it serves', async () => {
  const tokens = await instance()
  const { accessToken } = await tokens.issue(ADA)
  // Later verifications find the signature in memory, and reach the store in the same turn.
  await tokens.verify(accessToken)
  const { metrics } = telemetry()
  await Promise.all([tokens.verify(accessToken), tokens.verify(accessToken)])
  const [point, ...others] = metric(await metrics(), 'tokenward.store.batch.size').dataPoints
  expect(others).toEqual([])
  expect(point?.attributes).toEqual({ adapter: 'memory', call: 'read' })
  expect(point?.value).toMatchObject({ count: 1 })
})

test('only a call that revokes something counts as a revocation', async () => {
  const { metrics } = telemetry()
  const tokens = await instance()
  const { accessToken } = await tokens.issue(ADA)
  await tokens.revoke(accessToken)
  await tokens.revoke(`${accessToken}x`)
  const lag = metric(await metrics(), 'tokenward.revocation.lag')
  expect(lag.dataPoints).toHaveLength(1)
  expect(lag.dataPoints[0]).toMatchObject({
    attributes: { operation: 'revoke' },
    value: { count: 1 },
  })
})

test('a reused refresh token counts as a revocation', async () => {
  const { metrics } = telemetry()
  await eventfulDay()
  expect(attributesOf(await metrics(), 'tokenward.revocation.lag')).toContain('rotate')
})

test('each token that was accepted without the store counts, from 0', async () => {
  const { metrics } = telemetry()
  const values = async () =>
    metric(await metrics(), 'tokenward.fail_open').dataPoints.map(({ value }) => value)
  expect(await values()).toEqual([0])
  await eventfulDay()
  expect(await values()).toEqual([1])
})

test('pruned records count apart where the prune stopped at its limit', async () => {
  const { metrics } = telemetry()
  await eventfulDay()
  const { dataPoints } = metric(await metrics(), 'tokenward.prune.deleted')
  const stopped = dataPoints.find(({ attributes }) => attributes['more'] === true)
  const finished = dataPoints.find(({ attributes }) => attributes['more'] === false)
  expect(stopped?.value).toBe(1)
  expect(finished?.value).toBeGreaterThan(1)
})
