import { tracingChannel } from 'node:diagnostics_channel'
import { expect, onTestFinished, test } from 'vitest'
import { ADA, DAY, instance } from './instance.ts'
import { listingRepository, mapRepository } from './map-repository.ts'
import { PHASES, published } from './published.ts'

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
      onTestFinished(() => void channel.unsubscribe(fail))
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
  onTestFinished(() => void Object.assign(process, { getBuiltinModule }))
  const { tokens } = await instance()
  const { messages } = published('verify')
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(messages).toEqual([])
})
