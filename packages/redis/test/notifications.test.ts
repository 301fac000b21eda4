import { setTimeout as pause } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { makeAccounts } from './accounts.ts'
import { client, connect, deadline, key, prepared, record } from './support.ts'

async function subscribed(url = inject('redis')) {
  const namespace = crypto.randomUUID()
  const writer = await prepared(inject('redis'), { namespace })
  const watcher = connect(url, { namespace })
  await watcher.open()
  const received = new Set<string>()
  const stop = await watcher.watch((key) => received.add(key))
  const untilReceived = async (key: string) => {
    while (!received.has(key)) await pause(5)
  }
  return { channel: `tokenward:{${namespace}}`, watcher, writer, received, stop, untilReceived }
}

test('every change of a large batch is notified, and a refused write is not', async () => {
  const { writer, received, untilReceived, stop } = await subscribed()
  await writer.write([{ record: record(1_000), expected: null }], deadline())
  await untilReceived(key(1_000))
  received.clear()
  const batch = Array.from({ length: 255 }, (_, n) => ({ record: record(n), expected: null }))
  await writer.write([...batch, { record: record(1_000), expected: null }], deadline())
  for (const { record } of batch) await untilReceived(record.key)
  expect(received.size).toBe(255)
  await stop()
})

test('a namespace is notified of its own changes only', async () => {
  const { writer, received, untilReceived, stop } = await subscribed()
  const other = await prepared()
  await other.write([{ record: record(1), expected: null }], deadline())
  await writer.write([{ record: record(2), expected: null }], deadline())
  await untilReceived(key(2))
  expect([...received]).toEqual([key(2)])
  await stop()
})

test('subscribes again when its connection was closed, until it is stopped', async () => {
  const { verify } = await makeAccounts([inject('redis')])
  const { channel, writer, received, untilReceived, stop } = await subscribed(verify)
  const operator = client()
  const subscribers = async () => Number((await operator.pubsub('NUMSUB', channel))[1])
  expect(await subscribers()).toBe(1)
  const { username } = new URL(verify)
  expect(await operator.call('CLIENT', 'KILL', 'TYPE', 'PUBSUB', 'USER', username)).toBe(1)
  while ((await subscribers()) === 0) await pause(1)
  await writer.write([{ record: record(1), expected: null }], deadline())
  await untilReceived(key(1))
  await stop()
  await stop()
  while ((await subscribers()) > 0) await pause(5)
  received.clear()
  const other = Promise.withResolvers<string>()
  const stopOther = await writer.watch(other.resolve)
  await writer.write([{ record: record(2), expected: null }], deadline())
  expect(await other.promise).toBe(key(2))
  expect([...received]).toEqual([])
  await stopOther()
})

test('close() ends the subscription', async () => {
  const { channel, watcher, stop } = await subscribed()
  await watcher.close()
  const operator = client()
  while (Number((await operator.pubsub('NUMSUB', channel))[1]) > 0) await pause(5)
  await stop()
})
