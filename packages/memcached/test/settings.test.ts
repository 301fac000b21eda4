import { describe, expect, test } from 'vitest'
import { CAPABILITIES } from '../src/capabilities.ts'
import { findingsOf } from '../src/findings.ts'
import type { Settings } from '../src/settings.ts'
import { fakeServer } from './fake-server.ts'
import { connect, deadline, drivers, insert, ownServer } from './support.ts'

const safe: Settings = {
  address: 'a:1',
  version: '1.6.39',
  casEnabled: true,
  evicts: true,
  evicted: 0,
  itemSizeMax: 1_048_576,
  clockOffsetMs: 0,
}

test.each<[string, Partial<Settings>, object | undefined]>([
  ['cas-disabled', { casEnabled: false }, { durability: 'reverting', linearizable: false }],
  ['item-size-too-small', { itemSizeMax: 524_288 }, { maxBodyBytes: 173_397 }],
  ['eviction-disabled', { evicts: false }, undefined],
  ['eviction-enabled', { evicted: 7 }, undefined],
  ['clock-skew', { clockOffsetMs: -600_000 }, undefined],
  ['unsupported-version', { version: '1.5.22' }, undefined],
  ['unsupported-version', { version: '' }, undefined],
])('finding %s: %j lowers %j', (code, change, downgrades) => {
  expect(findingsOf({ ...safe, ...change })).toEqual([
    {
      code,
      message: expect.stringContaining('a:1'),
      fix: expect.stringMatching(/./),
      ...(downgrades && { downgrades }),
    },
  ])
})

test('safe settings have no findings', () => {
  expect(findingsOf(safe)).toEqual([])
  expect(findingsOf({ ...safe, version: '2.0' })).toEqual([])
})

describe.each(drivers)('open() by %s', (client) => {
  test('has no findings on a server with default settings', async () => {
    expect(await connect(undefined, { client }).open()).toEqual([])
  })

  test.each<[string, Record<string, string>]>([
    ['cas-disabled', { C: '' }],
    ['eviction-disabled', { M: '' }],
    ['item-size-too-small', { m: '1', I: '512k' }],
  ])('finds %s on a server with %j', async (code, settings) => {
    const { url } = await ownServer(settings)
    expect(await connect(url, { client }).open()).toMatchObject([{ code }])
  })

  test('finds that items were evicted', async () => {
    const { url } = await ownServer({ m: '2' })
    const repository = connect(url, { client })
    expect(await repository.open()).toEqual([])
    const body = 'x'.repeat(100_000)
    for (let i = 0; i < 60; i++) await insert(repository, { body }).catch(() => undefined)
    expect(await repository.open()).toMatchObject([{ code: 'eviction-enabled' }])
  })

  test('finds an old server and a wrong clock', async () => {
    const yesterday = Math.floor(Date.now() / 1_000) - 86_400
    const url = await fakeServer((line) =>
      line === 'stats' ? `STAT version 1.4.15\r\nSTAT time ${yesterday}\r\nEND\r\n` : undefined,
    )
    const codes = (await connect(url, { client }).open()).map(({ code }) => code)
    expect(codes).toEqual(['clock-skew', 'unsupported-version'])
  })

  test('a date is corrected for a server whose clock is ahead', async () => {
    const offsetS = 3_600
    const lines: string[] = []
    const url = await fakeServer((line) => {
      lines.push(line)
      const time = Math.floor(Date.now() / 1_000) + offsetS
      return line === 'stats' ? `STAT version 1.6\r\nSTAT time ${time}\r\nEND\r\n` : undefined
    })
    const repository = connect(url, { client })
    await repository.open()
    const retainUntil = Date.now() + 40 * 86_400_000
    await insert(repository, { retainUntil })
    const add = lines.find((line) => line.startsWith('add')) ?? ''
    expect(Number(add.split(' ')[3]) - retainUntil / 1_000).toBeGreaterThanOrEqual(offsetS)
  })

  test('the longest record with a body of maxBodyBytes is stored', async () => {
    const repository = connect(undefined, { client })
    await repository.open()
    const body = '$'.repeat(CAPABILITIES.maxBodyBytes)
    const groups = Array.from({ length: 8 }, (_, n) => `${n}`.repeat(65))
    const last = 8.64e15
    const longest = { etag: '$'.repeat(64), createdAt: last, expiresAt: last, retainUntil: last }
    const stored = await insert(repository, { ...longest, groups, body })
    expect(await repository.read([stored.key], deadline())).toEqual([stored])
  })
})
