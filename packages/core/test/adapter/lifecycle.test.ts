import { expect, test, vi } from 'vitest'
import { Lifecycle, type LifecycleOptions } from '../../src/adapter.ts'

const CLOSED = { code: 'TOKENWARD_CLOSED' }

function lifecycle(options: Partial<LifecycleOptions<object>> = {}) {
  const connect = vi.fn(options.connect ?? (() => ({})))
  const inspect = vi.fn(options.inspect ?? (async () => []))
  const disconnect = vi.fn(options.disconnect ?? (() => undefined))
  const sessions = new Lifecycle({ name: 'test', connect, inspect, disconnect })
  return { sessions, connect, inspect, disconnect }
}

test('session() rejects before open() and after close()', async () => {
  const { sessions } = lifecycle()
  await expect(sessions.session()).rejects.toMatchObject(CLOSED)
  await sessions.open()
  await expect(sessions.session()).resolves.toEqual({})
  await sessions.close()
  await expect(sessions.session()).rejects.toMatchObject(CLOSED)
})

test('concurrent open() share one session and one inspection', async () => {
  const { sessions, connect, inspect } = lifecycle()
  const [first, second] = await Promise.all([sessions.open(), sessions.open()])
  expect(first).toBe(second)
  expect([connect, inspect].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
})

test('a later open() inspects the same session again', async () => {
  const { sessions, connect, inspect } = lifecycle()
  await sessions.open()
  await sessions.open()
  expect([connect, inspect].map(({ mock }) => mock.calls.length)).toEqual([1, 2])
})

test('an open() that failed disconnects and can be repeated', async () => {
  const inspect = vi.fn(async () => [])
  inspect.mockRejectedValueOnce(new Error('refused'))
  const { sessions, connect, disconnect } = lifecycle({ inspect })
  await expect(sessions.open()).rejects.toThrow('refused')
  expect(disconnect).toHaveBeenCalledOnce()
  await sessions.open()
  expect(connect).toHaveBeenCalledTimes(2)
})

test('an open() that failed rejects with its error, also where disconnect() fails', async () => {
  const { sessions } = lifecycle({
    inspect: () => Promise.reject(new Error('refused')),
    disconnect: () => Promise.reject(new Error('cannot disconnect')),
  })
  await expect(sessions.open()).rejects.toThrow('refused')
})

test('an open() whose connect() throws can be repeated', async () => {
  const connect = vi.fn(() => ({}))
  connect.mockImplementationOnce(() => {
    throw new Error('no driver')
  })
  const { sessions, disconnect } = lifecycle({ connect })
  await expect(sessions.open()).rejects.toThrow('no driver')
  expect(disconnect).not.toHaveBeenCalled()
  await expect(sessions.open()).resolves.toEqual([])
})

test('an open() that fails leaves a session that was open as it is', async () => {
  const inspect = vi.fn(async () => [])
  const { sessions, disconnect } = lifecycle({ inspect })
  await sessions.open()
  inspect.mockRejectedValueOnce(new Error('refused'))
  await expect(sessions.open()).rejects.toThrow('refused')
  await sessions.session()
  expect(disconnect).not.toHaveBeenCalled()
})

test('close() during connect() rejects the open(), and disconnects once it is connected', async () => {
  const connected = Promise.withResolvers<object>()
  const { sessions, disconnect } = lifecycle({ connect: () => connected.promise })
  const opening = sessions.open()
  const closing = sessions.close()
  await expect(opening).rejects.toMatchObject(CLOSED)
  expect(disconnect).not.toHaveBeenCalled()
  const session = {}
  connected.resolve(session)
  await closing
  expect(disconnect).toHaveBeenCalledExactlyOnceWith(session, expect.objectContaining(CLOSED))
})

test('close() during inspect() rejects the open()', async () => {
  const { sessions, disconnect } = lifecycle({ inspect: () => new Promise(() => undefined) })
  const opening = sessions.open()
  await sessions.session()
  await sessions.close()
  await expect(opening).rejects.toMatchObject(CLOSED)
  expect(disconnect).toHaveBeenCalledOnce()
})

test('close() fires the signal of connect()', async () => {
  const signals: AbortSignal[] = []
  const { sessions } = lifecycle({ connect: (closing) => signals.push(closing) && {} })
  await sessions.open()
  expect(signals[0]?.aborted).toBe(false)
  await sessions.close()
  expect(signals[0]?.reason).toMatchObject(CLOSED)
})

test('close() is idempotent', async () => {
  const { sessions, disconnect } = lifecycle()
  await sessions.close()
  await sessions.open()
  await Promise.all([sessions.close(), sessions.close()])
  await sessions.close()
  expect(disconnect).toHaveBeenCalledOnce()
})

test('an open() after close() has another session, which the first open() does not end', async () => {
  const { sessions, connect } = lifecycle()
  const first = sessions.open().catch((error: unknown) => error)
  const closing = sessions.close()
  const second = sessions.open()
  expect(await first).toMatchObject(CLOSED)
  await Promise.all([closing, second])
  await expect(sessions.session()).resolves.toEqual({})
  expect(connect).toHaveBeenCalledTimes(2)
})
