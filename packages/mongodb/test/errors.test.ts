import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { closedPort } from '@tokenward/conformance/harness'
import { createTokenward, generateKeys } from '@tokenward/core'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { withHelp } from '../src/errors.ts'
import { mongodb } from '../src/index.ts'
import { MongodbRepository } from '../src/repository.ts'
import { withFakeReplies } from './fake-replies.ts'
import { client, connect, deadline, key, newDatabase, prepared, record } from './support.ts'

const OPTIONS = { namespace: 'default', readConcern: 'linearizable', assumed: {} } as const

describe('open() rejects with help', () => {
  test('on a closed port, at once', async () => {
    const repository = mongodb(`mongodb://u:secret@127.0.0.1:${await closedPort()}/d`)
    const error = await repository.open().catch((error) => error)
    expect(error.message).toMatch(/start the server/)
    expect(error.cause.name).toBe('MongoNetworkError')
    expect(causesOf(error).join()).not.toContain('secret')
    await expect(repository.read([key(1)], deadline())).rejects.toMatchObject({
      code: 'TOKENWARD_CLOSED',
    })
  })

  test('which core passes on with all causes', async () => {
    const repository = mongodb(`mongodb://127.0.0.1:${await closedPort()}/d`)
    const options = { issuer: 'https://api.example', keys: await generateKeys(), repository }
    const error = await createTokenward(options).catch((error) => error)
    expect(error).toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
    const messages = causesOf(error)
    expect(messages[1]).toContain('start the server')
    expect(messages.at(-1)).toContain('ECONNREFUSED')
  })

  test('on a silent server, and leaves no connection open', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => void sockets.push(socket))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const selection = 'serverSelectionTimeoutMS=100'
    const repository = new MongodbRepository(
      `mongodb://127.0.0.1:${port}/d?directConnection=true&${selection}`,
      OPTIONS,
      500,
    )
    const error = await repository.open().catch((error) => error)
    expect(error.message).toContain('no answer within 0.5 s')
    // The driver timed out first, and the adapter tried again.
    expect(causesOf(error)[1]).toContain('timed out after 100 ms')
    await Promise.all(sockets.map((socket) => socket.destroyed || once(socket.resume(), 'close')))
  })
})

test('open() succeeds on a server that is slower than the time-outs of its connections', async () => {
  const { hostname, port } = new URL(inject('mongodb').url)
  let connections = 0
  const slow = createServer((near) => {
    // The first connections are silent: after their time-out the driver makes others.
    if (++connections <= 2) return void near.resume()
    const far = dial(Number(port), hostname)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  await once(slow.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void slow.close())
  const { port: through } = slow.address() as { port: number }
  const timeouts = 'connectTimeoutMS=300&serverSelectionTimeoutMS=100'
  const repository = connect(`mongodb://127.0.0.1:${through}/d?directConnection=true&${timeouts}`)
  expect(await repository.open()).toEqual([])
})

/** The messages of an error and of all its causes. */
function causesOf(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...causesOf(error.cause)] : []
}

test.each([
  [13, 'lacks a right'],
  [18, 'login refused'],
  [64, 'too few members'],
  [10107, 'not the primary'],
])('the error code %i has help', (code, help) => {
  const cause = Object.assign(new Error('the message of the server'), { code })
  expect(withHelp(cause)).toMatchObject({ message: expect.stringContaining(help), cause })
})

describe('an incomplete reply rejects', () => {
  const write = [{ record: record(1), expected: null }]

  test.each([
    ['another batch follows', { cursor: { id: 7, firstBatch: [] } }],
    ['no batch', { ok: 1 }],
  ])('a read: %s', async (_, reply) => {
    const url = await newDatabase()
    await prepared(url)
    const repository = connect(withFakeReplies(client(url), { find: () => reply }))
    await repository.open()
    await expect(repository.read([key(1)], deadline())).rejects.toThrow('incomplete')
    await expect(repository.list(null, null, 9, deadline())).rejects.toThrow('incomplete')
  })

  const results = (...firstBatch: object[]) => ({ cursor: { id: 0, firstBatch } })
  const schema = { ok: 1, idx: 0, n: 1, nModified: 0 }
  test.each<[string, object, string]>([
    ['an entry without a result', results(schema), 'no result'],
    ['an entry that failed', results(schema, { ok: 0, idx: 1, code: 121, errmsg: 'x' }), 'refuses'],
    [
      'a unique index of an operator refuses it',
      results(schema, {
        ok: 0,
        idx: 1,
        code: 11_000,
        errmsg: 'E11000 duplicate key error collection: d.c index: body_1 dup key: { body: "" }',
      }),
      'index: body_1',
    ],
    [
      'the schema was not found out',
      results({ ok: 0, idx: 0, code: 11602, errmsg: 'interrupted' }),
      'interrupted',
    ],
    [
      'too few members acknowledged it',
      {
        ...results(schema, { ok: 1, idx: 1, n: 1 }),
        writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
      },
      'too few members',
    ],
  ])('a write: %s', async (_, reply, message) => {
    const url = await newDatabase()
    await prepared(url)
    const repository = connect(withFakeReplies(client(url), { bulkWrite: () => reply }))
    await repository.open()
    await expect(repository.write(write, deadline())).rejects.toThrow(message)
  })

  test('a prune that failed in part', async () => {
    const url = await newDatabase()
    const past = [{ record: record(1, { retainUntil: Date.now() + 1_000 }), expected: null }]
    await (await prepared(url)).write(past, deadline())
    const reply = { n: 0, writeErrors: [{ code: 13, errmsg: 'x' }] }
    const repository = connect(withFakeReplies(client(url), { delete: () => reply }))
    await repository.open()
    const far = Date.now() + 60_000
    await expect(repository.prune(far, 9, false, deadline())).rejects.toThrow('lacks a right')
  })
})
