import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { expect, test } from 'vitest'
import { createRandom } from '../src/harness/random.ts'
import { eventLoopTurns } from '../src/harness/unhandled-errors.ts'
import { barrier } from '../src/interceptors/barrier.ts'
import { cutWrites } from '../src/interceptors/cut-writes.ts'
import { chain } from '../src/interceptors/intercept.ts'
import { outage, outageAfter } from '../src/interceptors/outage.ts'
import { armed, ofKind, pauseRead, pauseWrite } from '../src/interceptors/pause-points.ts'
import { recordCalls } from '../src/interceptors/record-calls.ts'
import { shuffleReads } from '../src/interceptors/shuffle-reads.ts'
import mapRepository from './map-repository.ts'

const signal = new AbortController().signal
const KEY = 'a'.repeat(24)

async function open(): Promise<TokenRepository> {
  const repository = mapRepository(`map:${crypto.randomUUID()}`, 'tamper')
  await repository.open()
  return repository
}

function insert(fields: Partial<StoredRecord> = {}) {
  const record: StoredRecord = {
    key: KEY,
    kind: 'token',
    state: 'active',
    etag: 'etag',
    createdAt: Date.now(),
    expiresAt: Date.now() + 60_000,
    retainUntil: Date.now() + 60_000,
    groups: [],
    body: '{}',
    ...fields,
  }
  return [{ record, expected: null }]
}

test('a pause point pauses one call, before or after it reached the store', async () => {
  for (const place of ['before', 'after'] as const) {
    const pause = pauseWrite(place, ofKind('token'))
    const inner = await open()
    const repository = pause.wrap(inner)
    const writing = repository.write(insert(), signal)
    await pause.reached
    expect((await inner.read([KEY], signal))[0] !== null).toBe(place === 'after')
    pause.release()
    expect(await writing).toEqual([true])
    expect(await repository.write(insert(), signal)).toEqual([true])
  }
})

test('a pause point that is not armed pauses nothing', async () => {
  const trigger = armed<readonly string[]>()
  const pause = pauseRead('before', trigger)
  const repository = pause.wrap(await open())
  expect(await repository.read([KEY], signal)).toEqual([null])
  trigger.arm()
  const reading = repository.read([KEY], signal)
  await pause.reached
  pause.release()
  expect(await reading).toEqual([null])
})

test('a write with a lost reply has happened, one with a lost request has not', async () => {
  for (const what of ['reply', 'request'] as const) {
    const loss = cutWrites(what, () => true)
    const repository = loss.wrap(await open())
    await expect(repository.write(insert(), signal)).rejects.toThrow('connection reset')
    expect(loss.cuts()).toBe(1)
    const [found] = await repository.read([KEY], signal)
    expect(found !== null).toBe(what === 'reply')
    expect(await repository.write(insert(), signal)).toEqual([true])
  }
})

test('an outage refuses or stays silent until the deadline', async () => {
  const backend = outage()
  const repository = backend.wrap(await open())
  backend.reads = 'refuses'
  await expect(repository.read([KEY], signal)).rejects.toThrow('refused')
  backend.reads = 'silent'
  const controller = new AbortController()
  const reading = repository.read([KEY], controller.signal)
  expect(await Promise.race([reading, eventLoopTurns().then(() => 'nothing')])).toBe('nothing')
  controller.abort(new Error('deadline'))
  await expect(reading).rejects.toThrow('deadline')
  await expect(repository.read([KEY], AbortSignal.abort(new Error('past')))).rejects.toThrow('past')
  backend.reads = 'up'
  expect(await repository.read([KEY], signal)).toEqual([null])
})

test('an outage after a write loses its reply too', async () => {
  const backend = outageAfter(ofKind('token'))
  const inner = await open()
  const repository = backend.wrap(inner)
  await expect(repository.write(insert(), signal)).rejects.toThrow('reset')
  await expect(repository.read([KEY], signal)).rejects.toThrow('refused')
  expect((await inner.read([KEY], signal))[0]?.key).toBe(KEY)
})

test('recorded calls are kept in order, at their place in the chain', async () => {
  const [outer, inner] = [recordCalls(), recordCalls()]
  const loss = cutWrites('request', () => true)
  const repository = chain(outer.wrap, loss.wrap, inner.wrap)(await open())
  await expect(repository.write(insert(), signal)).rejects.toThrow()
  await repository.write(insert(), signal)
  await repository.read([KEY], signal)
  expect([outer.writes.length, inner.writes.length, outer.reads]).toEqual([2, 1, [[KEY]]])
  outer.clear()
  expect(outer.calls()).toBe(0)
})

test('shuffled reads ask each key alone and answer in the order of the keys', async () => {
  const seen = recordCalls()
  const repository = shuffleReads(createRandom(1))(seen.wrap(await open()))
  const keys = Array.from({ length: 8 }, (_, i) => String(i).repeat(24))
  await repository.write(insert({ key: keys[3] ?? '' }), signal)
  const found = await repository.read(keys, signal)
  expect(found.map((record) => record?.key ?? null)).toEqual(
    keys.map((key, i) => (i === 3 ? key : null)),
  )
  expect(seen.reads.every(({ length }) => length === 1)).toBe(true)
  expect(seen.reads.flat()).not.toEqual(keys)
})

test('a barrier opens for all when the last one is there', async () => {
  const line = barrier()
  const repository = line.wrap(await open())
  line.set(3)
  let passed = 0
  const run = async () => {
    await repository.read([KEY], signal)
    passed++
  }
  const first = [run(), run()]
  await eventLoopTurns()
  expect(passed).toBe(0)
  await Promise.all([...first, run()])
  await run()
  expect(passed).toBe(4)
})

test('a barrier after the reads releases no answer before all were answered, here and elsewhere', async () => {
  const [line, seen] = [barrier(), recordCalls()]
  const repository = chain(line.wrap, seen.wrap)(await open())
  const others = Promise.withResolvers<void>()
  line.set(2, 'after', () => others.promise)
  let passed = 0
  const run = async () => {
    await repository.read([KEY], signal)
    passed++
  }
  const racing = [run(), run()]
  await eventLoopTurns()
  expect([seen.calls(), passed]).toEqual([2, 0])
  others.resolve()
  await Promise.all(racing)
  expect(passed).toBe(2)
})
