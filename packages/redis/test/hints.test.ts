import { setTimeout as pause } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { makeAccounts } from './accounts.ts'
import { client, connect, key, prepared, record, soon } from './support.ts'

async function stage(url = inject('redis')) {
  const namespace = crypto.randomUUID()
  const writer = await prepared(inject('redis'), { namespace })
  const watcher = connect(url, { namespace })
  await watcher.open()
  const heard = new Set<string>()
  const stop = await watcher.watch((key) => heard.add(key))
  const untilHeard = async (key: string) => {
    while (!heard.has(key)) await pause(5)
  }
  return { channel: `tokenward:{${namespace}}`, watcher, writer, heard, stop, untilHeard }
}

test('of a large batch every change is told, and what was refused is not', async () => {
  const { writer, heard, untilHeard, stop } = await stage()
  await writer.write([{ record: record(1_000), expected: null }], soon())
  await untilHeard(key(1_000))
  heard.clear()
  const batch = Array.from({ length: 255 }, (_, n) => ({ record: record(n), expected: null }))
  await writer.write([...batch, { record: record(1_000), expected: null }], soon())
  for (const { record } of batch) await untilHeard(record.key)
  expect(heard.size).toBe(255)
  await stop()
})

test('a namespace hears of its own changes alone', async () => {
  const { writer, heard, untilHeard, stop } = await stage()
  const other = await prepared()
  await other.write([{ record: record(1), expected: null }], soon())
  await writer.write([{ record: record(2), expected: null }], soon())
  await untilHeard(key(2))
  expect([...heard]).toEqual([key(2)])
  await stop()
})

test('listens again when its connection was ended, until it is stopped', async () => {
  const { verify } = await makeAccounts([inject('redis')])
  const { channel, writer, heard, untilHeard, stop } = await stage(verify)
  const operator = client()
  const listeners = async () => Number((await operator.pubsub('NUMSUB', channel))[1])
  expect(await listeners()).toBe(1)
  const { username } = new URL(verify)
  expect(await operator.call('CLIENT', 'KILL', 'TYPE', 'PUBSUB', 'USER', username)).toBe(1)
  while ((await listeners()) === 0) await pause(1)
  await writer.write([{ record: record(1), expected: null }], soon())
  await untilHeard(key(1))
  await stop()
  await stop()
  while ((await listeners()) > 0) await pause(5)
  heard.clear()
  const other = Promise.withResolvers<string>()
  const stopOther = await writer.watch(other.resolve)
  await writer.write([{ record: record(2), expected: null }], soon())
  expect(await other.promise).toBe(key(2))
  expect([...heard]).toEqual([])
  await stopOther()
})

test('close() ends it too', async () => {
  const { channel, watcher, stop } = await stage()
  await watcher.close()
  const operator = client()
  while (Number((await operator.pubsub('NUMSUB', channel))[1]) > 0) await pause(5)
  await stop()
})
