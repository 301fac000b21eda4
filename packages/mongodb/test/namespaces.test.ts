import { createTokenward, generateKeys, prepare } from '@tokenward/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mongodb } from '../src/index.ts'
import { deadline, key, newDatabase, prepared, record } from './support.ts'

describe.each(['majority', 'linearizable'] as const)('with %s reads', (readConcern) => {
  test('a record of another namespace is not found, and not changed', async () => {
    const url = await newDatabase()
    const a = await prepared(url, { namespace: 'a', readConcern })
    const b = await prepared(url, { namespace: 'b', readConcern })
    const ofB = record(1, { groups: ['g'] })
    await b.write([{ record: ofB, expected: null }], deadline())

    expect(await a.read([ofB.key], deadline())).toEqual([null])
    expect(await a.list(null, null, 9, deadline())).toEqual([])
    expect(await a.list('g', null, 9, deadline())).toEqual([])
    expect(await a.prune(8.64e15, 9, false, deadline())).toBe(0)
    const replacement = record(1, { state: 'revoked' })
    const replace = [{ record: replacement, expected: ofB.etag }]
    expect(await a.write(replace, deadline())).toEqual([false])
    // A record with the same etag is not a repeated write either.
    const repeated = [{ record: ofB, expected: key(9) }]
    expect(await a.write(repeated, deadline())).toEqual([false])
    expect(await b.read([ofB.key], deadline())).toEqual([ofB])

    // Under the same key it stores another record.
    expect(await a.write([{ record: replacement, expected: null }], deadline())).toEqual([true])
    expect(await a.read([ofB.key], deadline())).toEqual([replacement])
    expect(await b.read([ofB.key], deadline())).toEqual([ofB])
    expect(await b.list(null, null, 9, deadline())).toEqual([ofB])
  })
})

test('namespaces with similar names are separate', async () => {
  const url = await newDatabase()
  const names = [
    'a',
    'a:',
    'a:a',
    '1',
    '1:a',
    '1:a:1',
    'A',
    'a ',
    'é',
    'e\u0301',
    'a\0',
    '$a',
    '.*',
  ]
  const stored = await Promise.all(
    names.map(async (namespace) => {
      const repository = await prepared(url, { namespace })
      const own = record(1, { groups: ['g'], body: JSON.stringify(namespace) })
      expect(await repository.write([{ record: own, expected: null }], deadline())).toEqual([true])
      return { repository, own }
    }),
  )
  for (const { repository, own } of stored) {
    expect(await repository.list(null, null, 99, deadline())).toEqual([own])
    expect(await repository.list('g', null, 99, deadline())).toEqual([own])
    expect(await repository.read([own.key], deadline())).toEqual([own])
  }
  const [first] = stored
  expect(await first?.repository.prune(8.64e15, 99, false, deadline())).toBe(1)
  for (const { repository, own } of stored.slice(1)) {
    expect(await repository.read([own.key], deadline())).toEqual([own])
  }
})

test('revoke({ record }) with a key of another namespace revokes nothing', async () => {
  const url = await newDatabase()
  const open = async (namespace: string) => {
    const keys = await generateKeys()
    const repository = mongodb(url, { namespace })
    const options = { issuer: `https://${namespace}.example`, keys, repository }
    await prepare(options)
    const instance = await createTokenward({ ...options, repository: mongodb(url, { namespace }) })
    onTestFinished(() => instance.close())
    return instance
  }
  const [a, b] = [await open('a'), await open('b')]
  const { accessToken } = await b.issue({ subject: 'ada', client: 'web' })
  const { items } = await b.list({ subject: 'ada' })
  expect(items).not.toEqual([])
  for (const { record } of items) {
    expect(await a.revoke({ record })).toMatchObject({ revoked: false })
  }
  expect(await b.verify(accessToken)).toMatchObject({ active: true })
  expect((await b.list({ subject: 'ada' })).items).toEqual(items)
})
