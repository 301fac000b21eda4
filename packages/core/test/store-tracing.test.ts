import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { expect, onTestFinished, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { type OperationMessage, type StoreMessage, StoreUnavailable } from '../src/index.ts'
import { ADA, instance } from './instance.ts'
import { listingRepository, mapRepository } from './map-repository.ts'
import { type Message, published } from './published.ts'

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

test('a list and a prune are published by their names', async () => {
  const { tokens } = await instance({ repository: listingRepository() })
  const { last } = published('store')
  await tokens.prune()
  expect(last()).toMatchObject({ call: 'prune', adapter: 'map', outcome: 'ok' })
  await tokens.list({ subject: 'ada' })
  expect(last()).toMatchObject({ call: 'list', adapter: 'map', outcome: 'ok' })
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
  onTestFinished(() => {
    start.unsubscribe(note)
    store.start.unbindStore(span)
  })
  await caller.run('request', () => tokens.verify(accessToken))
  expect(callers).toEqual(['request'])
  expect(seen).toEqual([expect.objectContaining({ call: 'read', adapter: 'map' })])
})
