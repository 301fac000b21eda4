import { Redis } from 'ioredis'
import { expect, inject, onTestFinished, test } from 'vitest'
import { OPENING_MS, RUNNING } from '../src/limits.ts'
import { connect, disturbed, soon, watched } from './support.ts'

const patient = { connectTimeout: OPENING_MS, socketTimeout: OPENING_MS }
const quick = { connectTimeout: RUNNING.connectTimeout, socketTimeout: RUNNING.socketTimeout }

test('a silent connection and the next try take less than the 5 s in which calls work again', () => {
  const retry = 250
  expect(RUNNING.socketTimeout + retry).toBeLessThan(5_000)
  expect(RUNNING.connectTimeout + retry).toBeLessThan(5_000)
})

test('a connection is patient while it opens, and quick afterwards', async () => {
  const { proxy, url } = await disturbed()
  const { lent, copies } = watched(new Redis(url, { lazyConnect: true }))
  onTestFinished(() => lent.disconnect())
  const repository = connect(lent)
  await proxy.set({ type: 'held-reply' })
  const opening = repository.open()
  await proxy.until(({ heldBack }) => heldBack > 0, soon())
  expect(copies).toHaveLength(1)
  expect(copies[0]?.options).toMatchObject(patient)
  await proxy.heal()
  await opening
  expect(copies[0]?.options).toMatchObject(quick)
  const stop = await repository.watch(() => undefined)
  expect(copies).toHaveLength(2)
  expect(copies[1]?.options, 'the one that listens').toMatchObject(quick)
  await stop()
})

test('64 repositories open at once', async () => {
  const all = Array.from({ length: 64 }, () => connect(inject('redis')))
  const findings = await Promise.all(all.map((repository) => repository.open()))
  expect(findings.flat()).toEqual([])
})
