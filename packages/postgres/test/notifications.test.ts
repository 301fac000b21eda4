import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { client, key, newDatabase, prepared, record, soon } from './support.ts'

async function stage() {
  const url = await newDatabase()
  const [watcher, writer] = [await prepared(url), await prepared(url)]
  const heard = new Set<string>()
  const stop = await watcher.watch((key) => heard.add(key))
  const untilHeard = async (key: string) => {
    while (!heard.has(key)) await pause(5)
  }
  return { url, watcher, writer, heard, stop, untilHeard }
}

test('every change of a large batch is notified, and refused entries are not', async () => {
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

test('a subscriber gets only the changes of its namespace', async () => {
  const { url, writer, heard, untilHeard, stop } = await stage()
  const other = await prepared(url, { namespace: 'other' })
  await other.write([{ record: record(1), expected: null }], soon())
  await writer.write([{ record: record(2), expected: null }], soon())
  await untilHeard(key(2))
  expect([...heard]).toEqual([key(2)])
  await stop()
})

test('subscribes again when its connection was ended, until it is stopped', async () => {
  const { url, writer, heard, untilHeard, stop } = await stage()
  const operator = await client(url)
  const listeners = async () => {
    const { rows } = await operator.query<{ pid: number }>(`SELECT pid FROM pg_locks
      JOIN pg_database ON oid = database AND datname = current_database()
      WHERE locktype = 'advisory' AND granted`)
    return rows.map(({ pid }) => pid)
  }
  const [first] = await listeners()
  await operator.query('SELECT pg_terminate_backend($1)', [first])
  for (let now = [first]; now.length === 0 || now.includes(first); now = await listeners()) {
    await pause(5)
  }
  await writer.write([{ record: record(1), expected: null }], soon())
  await untilHeard(key(1))
  await stop()
  await stop()
  while ((await listeners()).length > 0) await pause(5)
  heard.clear()
  await writer.write([{ record: record(2), expected: null }], soon())
  await pause(50)
  expect([...heard]).toEqual([])
})

test('close() ends a subscription', async () => {
  const { watcher, stop } = await stage()
  await watcher.close()
  await stop()
})
