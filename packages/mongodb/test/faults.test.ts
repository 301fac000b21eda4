import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createTokenward, generateKeys } from '@tokenward/core'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { explained } from '../src/faults.ts'
import { mongodb } from '../src/index.ts'
import { disguised } from './disguised.ts'
import { client, connect, key, newDatabase, prepared, record, soon } from './support.ts'

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  await once(server.close(), 'close')
  return port
}

describe('what is wrong is said when it is opened, with what to do', () => {
  test('a closed port', async () => {
    // What the URL says itself stands: that long it looks for a server, and no longer.
    const impatient = 'serverselectiontimeoutms=200'
    const address = `mongodb://u:secret@127.0.0.1:${await closedPort()}/d?${impatient}`
    const repository = mongodb(address)
    const late = AbortSignal.timeout(2_500)
    const error = await repository.open().catch((error) => error)
    expect(late.aborted).toBe(false)
    expect(error.message).toMatch(/start the server/)
    expect(String(error.cause)).not.toContain('secret')
    await expect(repository.read([key(1)], soon())).rejects.toMatchObject({
      code: 'TOKENWARD_CLOSED',
    })
  })

  test.each([
    '',
    'localhost',
    'postgres://u:secret@h/d',
    'mongodb://',
    'mongodb://u:se/cret@h/d',
    'mongodb://u:secret@h/d?tls=perhaps',
    'mongodb://u:secret@h/d?unheardOf=1',
  ])('no URL of MongoDB: %j, and it is not repeated', async (wrong) => {
    const error = await mongodb(wrong)
      .open()
      .catch((error) => error)
    expect(error).toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path: 'server' })
    expect(`${error.message} ${error.cause}`).not.toMatch(/secret|cret@/)
  })

  test('a namespace that would burden every index', async () => {
    const refused = { code: 'TOKENWARD_INVALID_INPUT', path: 'namespace' }
    const repository = mongodb(inject('mongodb').url, { namespace: 'é'.repeat(1_000) })
    await expect(repository.open()).rejects.toMatchObject(refused)
  })

  test('core tells it as a store that is unavailable, with the cause', async () => {
    const repository = mongodb(`mongodb://127.0.0.1:${await closedPort()}/d`)
    const options = { issuer: 'https://api.example', keys: await generateKeys(), repository }
    await expect(createTokenward(options)).rejects.toMatchObject({
      code: 'TOKENWARD_STORE_UNAVAILABLE',
      cause: { message: expect.stringContaining('start the server') },
    })
  })
})

test('a server that says nothing: refused in time, and nothing is left open', async () => {
  const sockets: Socket[] = []
  const server = createServer((socket) => void sockets.push(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const repository = mongodb(`mongodb://127.0.0.1:${port}/d?directConnection=true`)
  // A timer: a machine that stands still delays both alike.
  const late = AbortSignal.timeout(5_500)
  await expect(repository.open()).rejects.toThrow()
  expect(late.aborted).toBe(false)
  await Promise.all(sockets.map((socket) => socket.destroyed || once(socket.resume(), 'close')))
})

test.each([
  [13, 'lacks a right'],
  [18, 'login was refused'],
  [64, 'too few members'],
  [10107, 'not the primary'],
])('code %i says what to do', (code, advice) => {
  const cause = Object.assign(new Error('in the words of the server'), { code })
  expect(explained(cause)).toMatchObject({ message: expect.stringContaining(advice), cause })
})

describe('a reply that is not whole is no answer', () => {
  const write = [{ record: record(1), expected: null }]

  test.each([
    ['there is more of it', { cursor: { id: 7, firstBatch: [] } }],
    ['no batch', { ok: 1 }],
  ])('a read: %s', async (_, reply) => {
    const url = await newDatabase()
    await prepared(url)
    const repository = connect(disguised(client(url), { find: () => reply }))
    await repository.open()
    await expect(repository.read([key(1)], soon())).rejects.toThrow('a part')
    await expect(repository.list(null, null, 9, soon())).rejects.toThrow('a part')
  })

  const results = (...firstBatch: object[]) => ({ cursor: { id: 0, firstBatch } })
  const schema = { ok: 1, idx: 0, n: 1, nModified: 0 }
  test.each<[string, object, string]>([
    ['an entry without an answer', results(schema), 'did not say'],
    ['an entry that failed', results(schema, { ok: 0, idx: 1, code: 121, errmsg: 'x' }), 'refuses'],
    [
      'nothing of the schema',
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
    const repository = connect(disguised(client(url), { bulkWrite: () => reply }))
    await repository.open()
    await expect(repository.write(write, soon())).rejects.toThrow(message)
  })

  test('a prune of which a part failed', async () => {
    const url = await newDatabase()
    const past = [{ record: record(1, { retainUntil: Date.now() + 1_000 }), expected: null }]
    await (await prepared(url)).write(past, soon())
    const reply = { n: 0, writeErrors: [{ code: 13, errmsg: 'x' }] }
    const repository = connect(disguised(client(url), { delete: () => reply }))
    await repository.open()
    const far = Date.now() + 60_000
    await expect(repository.prune(far, 9, false, soon())).rejects.toThrow('lacks a right')
  })

  test('a document that is no record', async () => {
    const url = await newDatabase()
    await prepared(url)
    const damage = (document: object) => ({ cursor: { id: 0, firstBatch: [document] } })
    const schema = { _id: 'schema', version: 1 }
    for (const field of ['kind', 'state', 'etag', 'expiresAt', 'retainUntil', 'groups', 'body']) {
      const stored = {
        ...{ _id: key(1), namespace: 'default', kind: 'token', state: 'active', etag: 'e' },
        ...{ expiresAt: new Date(), retainUntil: new Date(), groups: [], body: '' },
        [field]: { $ne: 1 },
      }
      const batch = damage(stored)
      batch.cursor.firstBatch.push(schema)
      const repository = connect(disguised(client(url), { find: () => batch }))
      await repository.open()
      await expect(repository.read([key(1)], soon()), field).rejects.toThrow('not a record')
    }
  })
})
