import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { watchable } from './change-streams.ts'
import { client, connect, key, newDatabase, prepared, record, soon } from './support.ts'

async function stage() {
  const url = await newDatabase()
  const streams = watchable(client(url))
  const [watcher, writer] = [connect(streams.client), await prepared(url)]
  await watcher.open()
  const heard = new Set<string>()
  const stop = await watcher.watch((key) => heard.add(key))
  const untilHeard = async (key: string) => {
    while (!heard.has(key)) await pause(5)
  }
  return { url, watcher, writer, heard, stop, untilHeard, streams }
}

test('of a large batch every change is told, and what was refused is not', async () => {
  const { writer, heard, untilHeard, stop } = await stage()
  await writer.write([{ record: record(1_000), expected: null }], soon())
  await untilHeard(key(1_000))
  heard.clear()
  const batch = Array.from({ length: 256 }, (_, n) => ({ record: record(n), expected: null }))
  await writer.write([...batch, { record: record(1_000), expected: null }], soon())
  for (const { record } of batch) await untilHeard(record.key)
  expect(heard.size).toBe(256)
  await stop()
})

test('replacements are told, and a namespace hears of its own changes alone', async () => {
  const { url, writer, heard, untilHeard, stop } = await stage()
  const other = await prepared(url, { namespace: 'other' })
  await other.write([{ record: record(1), expected: null }], soon())
  const first = record(2)
  await writer.write([{ record: first, expected: null }], soon())
  await untilHeard(key(2))
  expect([...heard]).toEqual([key(2)])
  heard.clear()
  await writer.write([{ record: record(2), expected: first.etag }], soon())
  await untilHeard(key(2))
  await stop()
})

test('listens again when its stream breaks, until it is stopped', async () => {
  const { url, writer, heard, untilHeard, stop, streams } = await stage()
  streams.breakAll()
  while (streams.opened < 2) await pause(5)
  await streams.listening()
  await writer.write([{ record: record(1), expected: null }], soon())
  await untilHeard(key(1))
  await stop()
  await stop()
  expect(streams.open).toBe(0)
  heard.clear()
  // Another one hears of the next change.
  const other = new Set<string>()
  const witness = await prepared(url)
  const stopWitness = await witness.watch((key) => other.add(key))
  await writer.write([{ record: record(2), expected: null }], soon())
  while (!other.has(key(2))) await pause(5)
  await stopWitness()
  expect([...heard]).toEqual([])
})

test('close() ends it too, on a client that goes on', async () => {
  const { watcher, stop, streams } = await stage()
  await watcher.close()
  expect(streams.open).toBe(0)
  await stop()
})

test('rejects where there are no change streams, and leaves none open', async () => {
  const url = await newDatabase()
  const streams = watchable(client(url))
  const repository = await prepared(streams.client)
  streams.refuse(new Error('only for replica sets'))
  await expect(repository.watch(() => undefined)).rejects.toThrow('only for replica sets')
  expect(streams.open).toBe(0)
})
