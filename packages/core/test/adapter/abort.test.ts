import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { ClientCalls, raceAbort } from '../../src/adapter.ts'

const never = () => new Promise<never>(() => undefined)

test('raceAbort() settles like the promise', async () => {
  const { signal } = new AbortController()
  await expect(raceAbort(Promise.resolve(1), signal)).resolves.toBe(1)
  const error = new Error('refused')
  await expect(raceAbort(Promise.reject(error), signal)).rejects.toBe(error)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('raceAbort() rejects with the reason as soon as the signal fires', async () => {
  const controller = new AbortController()
  const onAbort = vi.fn()
  const race = raceAbort(never(), controller.signal, onAbort)
  controller.abort('late')
  expect(onAbort).toHaveBeenCalledOnce()
  await expect(race).rejects.toBe('late')
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
})

test('a promise that rejects after the signal fired is no unhandled rejection', async () => {
  const late = Promise.withResolvers<void>()
  await expect(raceAbort(late.promise, AbortSignal.abort('late'))).rejects.toBe('late')
  late.reject(new Error('unheard'))
  await new Promise(setImmediate)
})

test('a call ends at its signal and leaves no listener there', async () => {
  const calls = new ClientCalls()
  const controller = new AbortController()
  const signals: AbortSignal[] = []
  const call = calls.run((signal) => {
    signals.push(signal)
    return never()
  }, controller.signal)
  controller.abort('late')
  await expect(call).rejects.toBe('late')
  expect(signals[0]?.reason).toBe('late')
  await expect(calls.run(async () => 1, new AbortController().signal)).resolves.toBe(1)
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
})

test('a call whose signal fired before is not begun', async () => {
  const begin = vi.fn(never)
  await expect(new ClientCalls().run(begin, AbortSignal.abort('late'))).rejects.toBe('late')
  expect(begin).not.toHaveBeenCalled()
})

test('close() rejects the calls under way and all later ones with the first reason', async () => {
  const calls = new ClientCalls()
  const { signal } = new AbortController()
  const underWay = [calls.run(never, signal), calls.run(never, signal)]
  const closed = new Error('closed')
  calls.close(closed)
  calls.close(new Error('again'))
  expect(calls.isClosed).toBe(true)
  for (const call of underWay) await expect(call).rejects.toBe(closed)
  await expect(calls.run(async () => 1, signal)).rejects.toBe(closed)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
