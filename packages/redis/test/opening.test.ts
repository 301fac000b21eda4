import { Redis } from 'ioredis'
import { expect, inject, onTestFinished, test } from 'vitest'
import { CALL_TIMEOUTS, OPEN_TIMEOUT_MS } from '../src/driver-options.ts'
import { connect, deadline, disturbed, watched } from './support.ts'

const whileOpening = { connectTimeout: OPEN_TIMEOUT_MS, socketTimeout: OPEN_TIMEOUT_MS }
const afterOpening = {
  connectTimeout: CALL_TIMEOUTS.connectTimeout,
  socketTimeout: CALL_TIMEOUTS.socketTimeout,
}

test('a silent connection is replaced within 5 s', () => {
  const retry = 250
  expect(CALL_TIMEOUTS.socketTimeout + retry).toBeLessThan(5_000)
  expect(CALL_TIMEOUTS.connectTimeout + retry).toBeLessThan(5_000)
})

test('a connection has long time-outs until open() is over, and short ones afterwards', async () => {
  const { proxy, url } = await disturbed()
  const { callerClient, copies } = watched(new Redis(url, { lazyConnect: true }))
  onTestFinished(() => callerClient.disconnect())
  const repository = connect(callerClient)
  await proxy.set({ type: 'held-reply' })
  const opening = repository.open()
  await proxy.until(({ heldBack }) => heldBack > 0, deadline())
  expect(copies).toHaveLength(1)
  expect(copies[0]?.options).toMatchObject(whileOpening)
  await proxy.heal()
  await opening
  expect(copies[0]?.options).toMatchObject(afterOpening)
  const stop = await repository.watch(() => undefined)
  expect(copies).toHaveLength(2)
  expect(copies[1]?.options, 'the subscribed connection').toMatchObject(afterOpening)
  await stop()
})

test('64 repositories open at the same time', async () => {
  const all = Array.from({ length: 64 }, () => connect(inject('redis')))
  const findings = await Promise.all(all.map((repository) => repository.open()))
  expect(findings.flat()).toEqual([])
})
