import { createTokenward, generateKeys, prepare } from '@tokenward/core'
import { expect, onTestFinished, test } from 'vitest'
import { mongodb } from '../src/index.ts'
import { COLLECTION } from '../src/schema.ts'
import { databaseOf, deadline, key, newDatabase, prepared, record } from './support.ts'

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

test('a document whose namespace was changed by hand is in no list of the other namespace', async () => {
  const url = await newDatabase()
  const [a, b] = [await prepared(url, { namespace: 'a' }), await prepared(url, { namespace: 'b' })]
  for (const [n, repository] of [a, b].entries()) {
    const write = { record: record(n, { groups: ['g'] }), expected: null }
    await repository.write([write], deadline())
  }
  const records = databaseOf(url).collection<{ _id: string }>(COLLECTION)
  await records.updateOne({ _id: `1:a:${key(0)}` }, { $set: { namespace: 'b' } })
  const newest = { createdAt: Date.now(), key: key(0) }
  for (const group of ['g', null]) {
    for (const after of [null, newest]) {
      const listed = await b.list(group, after, 9, deadline())
      expect(listed.map((each) => each.key)).toEqual([key(1)])
    }
  }
  expect(await a.read([key(0)], deadline())).toMatchObject([{ kind: 'corrupt' }])
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
