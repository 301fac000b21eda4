import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { observable } from './change-streams.ts'
import { client, connect, deadline, key, newDatabase, prepared, record } from './support.ts'

async function subscribed() {
  const url = await newDatabase()
  const streams = observable(client(url))
  const [watcher, writer] = [connect(streams.client), await prepared(url)]
  await watcher.open()
  const received = new Set<string>()
  const stop = await watcher.watch((key) => received.add(key))
  const untilReceived = async (key: string) => {
    while (!received.has(key)) await pause(5)
  }
  return { url, watcher, writer, received, stop, untilReceived, streams }
}

test('every change of a large batch is notified, and a refused write is not', async () => {
  const { writer, received, untilReceived, stop } = await subscribed()
  await writer.write([{ record: record(1_000), expected: null }], deadline())
  await untilReceived(key(1_000))
  received.clear()
  const batch = Array.from({ length: 256 }, (_, n) => ({ record: record(n), expected: null }))
  await writer.write([...batch, { record: record(1_000), expected: null }], deadline())
  for (const { record } of batch) await untilReceived(record.key)
  expect(received.size).toBe(256)
  await stop()
})

test('a namespace is notified of its own inserts and replacements only', async () => {
  const { url, writer, received, untilReceived, stop } = await subscribed()
  const other = await prepared(url, { namespace: 'other' })
  await other.write([{ record: record(1), expected: null }], deadline())
  const first = record(2)
  await writer.write([{ record: first, expected: null }], deadline())
  await untilReceived(key(2))
  expect([...received]).toEqual([key(2)])
  received.clear()
  await writer.write([{ record: record(2), expected: first.etag }], deadline())
  await untilReceived(key(2))
  await stop()
})

test('subscribes again when its stream breaks, until it is stopped', async () => {
  const { url, writer, received, untilReceived, stop, streams } = await subscribed()
  streams.breakAll()
  while (streams.opened < 2) await pause(5)
  await streams.listening()
  await writer.write([{ record: record(1), expected: null }], deadline())
  await untilReceived(key(1))
  await stop()
  await stop()
  expect(streams.open).toBe(0)
  received.clear()
  // Another subscriber is notified of the next change.
  const other = new Set<string>()
  const witness = await prepared(url)
  const stopWitness = await witness.watch((key) => other.add(key))
  await writer.write([{ record: record(2), expected: null }], deadline())
  while (!other.has(key(2))) await pause(5)
  await stopWitness()
  expect([...received]).toEqual([])
})

test('close() closes the stream of a caller-owned client', async () => {
  const { watcher, stop, streams } = await subscribed()
  await watcher.close()
  expect(streams.open).toBe(0)
  await stop()
})

test('watch() rejects where there are no change streams, and leaves none open', async () => {
  const url = await newDatabase()
  const streams = observable(client(url))
  const repository = await prepared(streams.client)
  streams.refuse(new Error('only for replica sets'))
  await expect(repository.watch(() => undefined)).rejects.toThrow('only for replica sets')
  expect(streams.open).toBe(0)
})
