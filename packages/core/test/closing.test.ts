import { expect, test } from 'vitest'
import { createTokenward, prepare, type TokenRepository } from '../src/index.ts'
import { Deadline } from '../src/store/deadline.ts'
import { PendingCalls } from '../src/store/pending-calls.ts'
import { openRepository } from '../src/store/repository-users.ts'
import { Store } from '../src/store/store.ts'
import { nextTurn } from '../src/store/timeout.ts'
import { ADA, instance, keys } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER } from './provider.ts'

/** A repository that can delay its replies. */
function delaying(method: 'read' | 'write') {
  const inner = mapRepository()
  const gate = { isClosed: false, reached: Promise.withResolvers<void>(), open: () => {} }
  const repository: TokenRepository = {
    ...inner,
    [method]: async (...args: [never, never]) => {
      const reply = await inner[method](...args)
      if (!gate.isClosed) return reply
      gate.reached.resolve()
      await new Promise<void>((resolve) => {
        gate.open = resolve
      })
      return reply
    },
  }
  return { gate, repository }
}

/** A rotation whose write was sent, and whose reply is delayed. */
async function rotating() {
  const { gate, repository } = delaying('write')
  const { tokens } = await instance({ repository })
  const { accessToken, refreshToken } = await tokens.issue(ADA)
  gate.isClosed = true
  const rotated = tokens.rotate(refreshToken)
  await gate.reached.promise
  return { gate, repository, tokens, accessToken, refreshToken, rotated }
}

const CLOSED = { code: 'TOKENWARD_CLOSED', retryable: false }
const INDETERMINATE = { code: 'TOKENWARD_WRITE_INDETERMINATE', retryable: true }

test('close() with a drain lets calls finish and refuses new ones', async () => {
  const { gate, tokens, accessToken, rotated } = await rotating()
  const closed = tokens.close({ drain: '5m' })
  await expect(tokens.verify(accessToken)).rejects.toMatchObject(CLOSED)
  gate.isClosed = false
  gate.open()
  expect(await rotated).toMatchObject({ active: true })
  await closed
})

test('close() without a drain rejects a sent write as indeterminate', async () => {
  const { gate, repository, tokens, refreshToken, rotated } = await rotating()
  await Promise.all([tokens.close(), expect(rotated).rejects.toMatchObject(INDETERMINATE)])
  gate.isClosed = false
  // On another server, within the grace period.
  const { tokens: other } = await instance({ repository })
  expect(await other.rotate(refreshToken)).toMatchObject({ active: true, retried: true })
})

test('close() without a drain rejects reads, and writes that were not sent, as closed', async () => {
  const { gate, repository } = delaying('read')
  const { tokens } = await instance({ repository })
  const { accessToken } = await tokens.issue(ADA)
  gate.isClosed = true
  const verified = tokens.verify(accessToken)
  await gate.reached.promise
  const issued = tokens.issue(ADA)
  await Promise.all([
    tokens.close(),
    expect(verified).rejects.toMatchObject(CLOSED),
    expect(issued).rejects.toMatchObject(CLOSED),
  ])
})

test('a drain ends when its time is over', async () => {
  const { tokens, rotated } = await rotating()
  await Promise.all([
    tokens.close({ drain: '20ms' }),
    expect(rotated).rejects.toMatchObject(INDETERMINATE),
  ])
  await expect(tokens.close({ drain: 'soon' as never })).rejects.toMatchObject({
    code: 'TOKENWARD_INVALID_INPUT',
    path: 'options.drain',
  })
})

test('a repository object is closed with the last instance that uses it', async () => {
  let isOpen = false
  let closes = 0
  const repository = mapRepository(new Map(), {
    open: async () => {
      isOpen = true
      return []
    },
    close: async () => {
      isOpen = false
      closes++
    },
  })
  const options = { issuer: ISSUER, keys: await keys, repository }
  const [one, two] = [await createTokenward(options), await createTokenward(options)]
  const { accessToken } = await two.issue(ADA)
  await prepare(options)
  await one.close()
  await one.close()
  expect([isOpen, closes]).toEqual([true, 0])
  expect(await two.verify(accessToken)).toMatchObject({ active: true })
  await two.close()
  expect([isOpen, closes]).toEqual([false, 1])
  const three = await createTokenward(options)
  expect(await three.verify(accessToken)).toMatchObject({ active: true })
  await three.close()
})

test('an instance that gives up before the repository is closed does not open it afterwards', async () => {
  const steps: string[] = []
  const closing = Promise.withResolvers<void>()
  const repository = mapRepository(new Map(), {
    open: async () => {
      steps.push('open')
      return []
    },
    close: () => {
      steps.push('close')
      return closing.promise
    },
  })
  const watch = { unavailable: () => {}, recovered: () => {} }
  const [first, second] = [new Store(repository, watch), new Store(repository, watch)]
  const open = (store: Store, ms: number) =>
    store.call('open', new Deadline(ms), (signal) => openRepository(repository, signal))
  await open(first, 60_000)
  const closed = first.close(new Error('closed'))
  await expect(open(second, 1)).rejects.toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
  const closedToo = second.close(new Error('gave up'))
  closing.resolve()
  await Promise.all([closed, closedToo])
  await nextTurn()
  expect(steps).toEqual(['open', 'close', 'close'])
})

test('an instance that fails to start does not close the repository of others', async () => {
  const repository = mapRepository()
  const { tokens } = await instance({ repository })
  const wrong = instance({ repository, pepper: new Uint8Array(32) })
  await expect(wrong).rejects.toMatchObject({ code: 'TOKENWARD_POLICY_REFUSED' })
  expect(await tokens.issue(ADA)).toMatchObject(ADA)
})

test('createTokenward() may take longer than the deadline of a call', async () => {
  const inner = mapRepository()
  const { tokens } = await instance({
    deadline: '1ms',
    repository: {
      ...inner,
      read: async (keys, signal) => {
        await new Promise((resolve) => setTimeout(resolve, 30))
        signal.throwIfAborted()
        return inner.read(keys, signal)
      },
    },
  })
  expect(tokens.jwks().keys).toHaveLength(1)
})

const outcome = { timedOut: () => new Error('timeout') }

test('a reply that rejects after close() is no unhandled rejection', async () => {
  const pending = new PendingCalls(outcome)
  const closed = new Error('closed')
  const reply = Promise.withResolvers<void>()
  const waiting = pending.call(new Deadline(1_000), () => reply.promise)
  pending.close(closed)
  await expect(waiting).rejects.toBe(closed)
  reply.reject(new Error('late'))
  // An unhandled rejection fails the run.
  await new Promise((resolve) => setImmediate(resolve))
})

test('after close() nothing is sent, and close() aborts what was', async () => {
  const pending = new PendingCalls(outcome)
  const signals: AbortSignal[] = []
  const call = () =>
    pending.call(new Deadline(1_000), (_, signal) => {
      signals.push(signal)
      return new Promise<void>(() => {})
    })
  const first = call()
  pending.close(new Error('closed'))
  await expect(first).rejects.toThrow('closed')
  await expect(call()).rejects.toThrow('closed')
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
})
