import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { grants } from '../src/index.ts'
import { client, connect, deadline, disturbed, key, prepared, record } from './support.ts'

const refused = { message: expect.stringContaining('cannot be selected') }

function inDatabase(db: number, url = inject('redis')): string {
  return Object.assign(new URL(url), { pathname: `/${db}` }).href
}

/** A user with all grants but SELECT. */
async function withoutSelect(): Promise<URL> {
  const user = `unselecting-${crypto.randomUUID()}`
  const operator = client()
  await operator.acl('SETUSER', user, '>secret')
  for (const grant of grants({ migrate: user })) {
    await operator.call('ACL', [...grant.split(' ').slice(1), '-select'])
  }
  return Object.assign(new URL(inject('redis')), { username: user, password: 'secret' })
}

function clientFor(url: string): Redis {
  const made = new Redis(url, { lazyConnect: true })
  onTestFinished(() => made.disconnect())
  return made
}

describe('a database that cannot be selected', () => {
  test('open() rejects with the error of the server', async () => {
    const wrong = inDatabase(99)
    for (const server of [wrong, clientFor(wrong)]) {
      const error = await connect(server)
        .open()
        .catch((error) => error)
      expect(error).toMatchObject(refused)
      expect(error.cause.message).toContain('out of range')
    }
  })

  test('open() of a user without SELECT rejects, except for database 0', async () => {
    const { href } = await withoutSelect()
    await expect(connect(inDatabase(1, href)).open()).rejects.toMatchObject(refused)
    expect(await connect(inDatabase(0, href)).open()).toBeDefined()
  })

  test('a new connection never falls back to database 0', async () => {
    const url = await withoutSelect()
    const operator = client()
    await operator.acl('SETUSER', url.username, '+select')
    const namespace = crypto.randomUUID()
    const repository = await prepared(inDatabase(1, url.href), { namespace })
    const zero = await prepared(inDatabase(0), { namespace })
    await zero.write([{ record: record(1), expected: null }], deadline())
    expect(await repository.read([key(1)], deadline())).toEqual([null])
    await operator.acl('SETUSER', url.username, '-select')
    await operator.client('KILL', 'USER', url.username)
    const failure = () => repository.read([key(1)], deadline()).catch((error) => error)
    const isOver = deadline()
    while (!isOver.aborted && !String(await failure()).includes('cannot be selected'))
      await pause(1)
    expect(await failure()).toMatchObject(refused)
    const write = [{ record: record(2), expected: null }]
    await expect(repository.write(write, deadline())).rejects.toBeInstanceOf(Error)
    expect(await zero.read([key(2)], deadline())).toEqual([null])
    await operator.acl('SETUSER', url.username, '+select')
    while (!isOver.aborted && (await failure()) instanceof Error) await pause(1)
    expect(await repository.read([key(1)], deadline())).toEqual([null])
  })
})

describe('a database that can be selected', () => {
  test.each<[string, (url: string) => string | Redis]>([
    ['a URL', (url) => url],
    ['a client', clientFor],
  ])('has other records than database 0, by %s', async (_, server) => {
    const namespace = crypto.randomUUID()
    const one = await prepared(server(inDatabase(1)), { namespace })
    const zero = await prepared(inDatabase(0), { namespace })
    const stored = record(1)
    await one.write([{ record: stored, expected: null }], deadline())
    expect(await zero.read([key(1)], deadline())).toEqual([null])
    expect(await one.read([key(1)], deadline())).toEqual([stored])
  })

  test('is selected again by a new connection', async () => {
    const { proxy, url } = await disturbed()
    const repository = await prepared(inDatabase(2, url))
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], deadline())
    for (let round = 0; round < 3; round++) {
      await proxy.set({ type: 'reset-after-send', times: 1 })
      await expect(repository.read([key(1)], deadline())).rejects.toBeInstanceOf(Error)
      expect(await repository.read([key(1)], deadline())).toEqual([stored])
    }
  })
})
