import { AsyncLocalStorage } from 'node:async_hooks'
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import { afterEach, expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { type OperationMessage, type StoreMessage, StoreUnavailable } from '../src/index.ts'
import { ADA, DAY, instance } from './instance.ts'
import { listingRepository, mapRepository } from './map-repository.ts'

type Message = OperationMessage | StoreMessage
type Phase = keyof TracingChannel & ('start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error')

const PHASES: readonly Phase[] = ['start', 'end', 'asyncStart', 'asyncEnd', 'error']
const stops: (() => void)[] = []

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** Collects what a channel publishes until the test ends; the members as they were at that time. */
function published<M extends Message = Message>(name: string) {
  const channel = tracingChannel<string, M>(`tokenward:${name}`)
  const messages: { phase: Phase; message: M; members: Partial<M> }[] = []
  const subscribers = PHASES.map((phase) => {
    const subscriber = (message: unknown): void => {
      messages.push({ phase, message: message as M, members: { ...(message as M) } })
    }
    channel[phase].subscribe(subscriber)
    return () => void channel[phase].unsubscribe(subscriber)
  })
  stops.push(...subscribers)
  return {
    messages,
    phases: () => messages.map(({ phase }) => phase),
    last: () => messages.at(-1)?.members,
  }
}

test('a verification publishes its start, and how it has ended, with the same message', async () => {
  const { tokens } = await instance()
  const { accessToken } = await tokens.issue(ADA)
  const { messages, phases, last } = published('verify')
  await tokens.verify(accessToken)
  expect(phases()).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  expect(messages[0]?.members).toEqual({ operation: 'verify', adapter: 'map' })
  const ended = { outcome: 'ok', storeChecked: true, ms: expect.any(Number) }
  expect(last()).toEqual({ operation: 'verify', adapter: 'map', ...ended })
  expect(new Set(messages.map(({ message }) => message)).size).toBe(1)
})

test('a refusal is published with its reason', async () => {
  const { tokens } = await instance()
  const { accessToken } = await tokens.issue(ADA)
  await tokens.revoke({ subject: 'ada' })
  const { last } = published('verify')
  await tokens.verify(accessToken)
  expect(last()).toMatchObject({ outcome: 'inactive', reason: 'revoked' })
})

test('a failure is published with its code, and not with its error', async () => {
  const { tokens } = await instance()
  const operation = published('revoke')
  await expect(tokens.revoke({ subject: '' })).rejects.toThrow()
  expect(operation.phases()).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  expect(operation.last()).toEqual({
    operation: 'revoke',
    adapter: 'map',
    outcome: 'error',
    code: 'TOKENWARD_INVALID_INPUT',
    ms: expect.any(Number),
  })
})

test('a failure of the store is published with the code of its error, if it has one', async () => {
  let failure: Error | null = null
  const inner = mapRepository()
  const read: typeof inner.read = (keys, signal) =>
    failure ? Promise.reject(failure) : inner.read(keys, signal)
  const { tokens } = await instance({ repository: { ...inner, read } })
  const { last } = published('store')
  failure = new Error('connection reset')
  await expect(tokens.issue(ADA)).rejects.toThrow()
  expect(last()).toMatchObject({ call: 'read', outcome: 'error' })
  expect(last()).not.toHaveProperty('code')
  failure = new StoreUnavailable('no primary')
  await expect(tokens.issue(ADA)).rejects.toThrow()
  expect(last()).toMatchObject({ outcome: 'error', code: 'TOKENWARD_STORE_UNAVAILABLE' })
})

test('a token that was accepted without the store is published as not checked', async () => {
  let isDown = false
  const inner = mapRepository()
  const read: typeof inner.read = (keys, signal) =>
    isDown ? Promise.reject(new Error('down')) : inner.read(keys, signal)
  const repository = { ...inner, read }
  const { tokens } = await instance({ repository, onUnavailable: 'accept' })
  const { accessToken } = await tokens.issue(ADA)
  isDown = true
  const { last } = published('verify')
  await tokens.verify(accessToken)
  expect(last()).toMatchObject({ outcome: 'ok', storeChecked: false })
})

test('a prune publishes how many records it has deleted, and a dry run does not', async () => {
  const { tokens, clock } = await instance({ repository: listingRepository() })
  await tokens.issue(ADA)
  clock.now += 400 * DAY
  const { last } = published('prune')
  await tokens.prune({ dryRun: true })
  expect(last()).not.toHaveProperty('deleted')
  const { deleted } = await tokens.prune({ limit: 1 })
  expect(deleted).toBe(1)
  expect(last()).toMatchObject({ outcome: 'ok', deleted: 1, more: true })
})

test('one read serves all verifications of a turn, and its message names each of them once', async () => {
  const { tokens } = await instance()
  const { accessToken } = await tokens.issue(ADA)
  const { accessToken: other } = await tokens.issue({ subject: 'bob', client: 'web' })
  const both = (): Promise<unknown> =>
    Promise.all([accessToken, other].map((each) => tokens.verify(each)))
  // Later verifications find the signatures in memory, and reach the store in the same turn.
  await both()
  const verified = published<OperationMessage>('verify')
  const read = published<StoreMessage>('store')
  await both()
  const operations = verified.messages.filter(({ phase }) => phase === 'start')
  expect(read.phases()).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  const [sent] = read.messages
  expect(sent?.members).toMatchObject({ call: 'read', adapter: 'map', size: expect.any(Number) })
  expect(sent?.message.operations).toHaveLength(2)
  for (const { message } of operations) expect(sent?.message.operations).toContain(message)
  expect(read.last()).toMatchObject({ outcome: 'ok', ms: expect.any(Number) })
})

test('writes are published with how many records they send', async () => {
  const records = new Map<string, StoredRecord>()
  const { tokens } = await instance({ repository: mapRepository(records) })
  const before = records.size
  const { messages } = published<StoreMessage>('store')
  published('issue')
  await tokens.issue(ADA)
  const writes = messages.filter(({ phase, message }) => {
    return phase === 'start' && message.call === 'write'
  })
  const sizes = writes.map(({ members }) => members.size ?? 0)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(records.size - before)
  for (const { message } of writes) expect(message.operations).toHaveLength(1)
})

test('the opening of a store is published, and belongs to no operation', async () => {
  const { messages } = published<StoreMessage>('store')
  await instance()
  expect(messages[0]?.members).toEqual({ call: 'open', adapter: 'map', operations: [] })
})

test('subscribers are called in the context of the caller, and the store in that of its read', async () => {
  const caller = new AsyncLocalStorage<string>()
  const span = new AsyncLocalStorage<Message>()
  const inner = mapRepository()
  const seen: unknown[] = []
  const read: typeof inner.read = (keys, signal) => {
    seen.push(span.getStore())
    return inner.read(keys, signal)
  }
  const { tokens } = await instance({ repository: { ...inner, read } })
  const { accessToken } = await tokens.issue(ADA)
  seen.length = 0
  const { start } = tracingChannel<Message, Message>('tokenward:verify')
  const store = tracingChannel<Message, Message>('tokenward:store')
  const callers: unknown[] = []
  const note = (): void => void callers.push(caller.getStore())
  start.subscribe(note)
  store.start.bindStore(span, (message) => message)
  stops.push(
    () => void start.unsubscribe(note),
    () => void store.start.unbindStore(span),
  )
  await caller.run('request', () => tokens.verify(accessToken))
  expect(callers).toEqual(['request'])
  expect(seen).toEqual([expect.objectContaining({ call: 'read', adapter: 'map' })])
})

test('a subscriber that throws changes no result: Node reports it as an uncaught exception', async () => {
  const { tokens } = await instance()
  const { accessToken } = await tokens.issue(ADA)
  const failed = new Error('the subscriber failed')
  const fail = (): never => {
    throw failed
  }
  for (const name of ['verify', 'store'])
    for (const phase of PHASES) {
      const channel = tracingChannel(`tokenward:${name}`)[phase]
      channel.subscribe(fail)
      stops.push(() => void channel.unsubscribe(fail))
    }
  const uncaught: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => void uncaught.push(error))
  try {
    expect(await tokens.verify(accessToken)).toMatchObject({ active: true, storeChecked: true })
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
  }
  expect(new Set(uncaught)).toEqual(new Set([failed]))
})

test('a host without diagnostics channels has no messages, and the same results', async () => {
  const { getBuiltinModule } = process
  Object.assign(process, { getBuiltinModule: undefined })
  stops.push(() => void Object.assign(process, { getBuiltinModule }))
  const { tokens } = await instance()
  const { messages } = published('verify')
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(messages).toEqual([])
})
