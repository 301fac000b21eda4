import { describe, expect, inject, test } from 'vitest'
import { grants, type Role } from '../src/index.ts'
import { makeAccounts, ROLES } from './accounts.ts'
import { type Complete, client, connect, key, prepared, record, soon } from './support.ts'

/** Four users with the documented grants, each with a repository of its own, on a prepared store. */
async function logins(namespace: string): Promise<Record<Role, Complete>> {
  const urls = await makeAccounts([inject('redis')])
  const as = async (role: Role) => {
    const repository = connect(urls[role], { namespace })
    expect(await repository.open()).toEqual([])
    return repository
  }
  const migrate = connect(urls.migrate, { namespace })
  await migrate.open()
  await migrate.migrate(false)
  return {
    migrate,
    verify: await as('verify'),
    write: await as('write'),
    prune: await as('prune'),
  }
}

const calls: Record<string, (repository: Complete) => Promise<unknown>> = {
  read: (repository) => repository.read([key(1)], soon()),
  list: (repository) => repository.list(null, null, 10, soon()),
  'prune, dry': (repository) => repository.prune(Date.now(), 10, true, soon()),
  write: (repository) => repository.write([{ record: record(1), expected: null }], soon()),
  prune: (repository) => repository.prune(Date.now() + 600_000, 10, false, soon()),
}

const READS = ['read', 'list', 'prune, dry']
const ALLOWED: Record<Role, readonly string[]> = {
  verify: READS,
  write: [...READS, 'write'],
  prune: [...READS, 'prune'],
  migrate: [...READS, 'write'],
}

const denied = {
  message: expect.stringContaining('lacks a right'),
  cause: expect.objectContaining({ code: 'NOPERM' }),
}

describe('what is granted works, and all else is denied', () => {
  test.each(ROLES)('to %s', async (role) => {
    const repositories = await logins(crypto.randomUUID())
    await repositories.write.write([{ record: record(9), expected: null }], soon())
    for (const [name, call] of Object.entries(calls)) {
      const answer = call(repositories[role])
      if (ALLOWED[role].includes(name)) await expect(answer, name).resolves.toBeDefined()
      else await expect(answer, name).rejects.toMatchObject(denied)
    }
    const left = await repositories.verify.read([key(9)], soon())
    expect(left, 'deleted by whoever may').toEqual(role === 'prune' ? [null] : [expect.anything()])
  })

  test('only who may look at the settings can prepare', async () => {
    const namespace = crypto.randomUUID()
    const urls = await makeAccounts([inject('redis')])
    for (const role of ['verify', 'write', 'prune'] as const) {
      const repository = connect(urls[role], { namespace })
      expect(await repository.open()).toMatchObject([{ code: 'appendfsync-unknown' }])
      await expect(repository.migrate(false)).rejects.toMatchObject(denied)
    }
  })

  test('who writes tells hints, and who verifies hears them', async () => {
    const { verify, write } = await logins(crypto.randomUUID())
    const heard = Promise.withResolvers<string>()
    const stop = await verify.watch(heard.resolve)
    await write.write([{ record: record(7), expected: null }], soon())
    expect(await heard.promise).toBe(key(7))
    await stop()
  })
})

test('grants of one namespace open no other, whatever it is called', async () => {
  const operator = client()
  const user = `reader-${crypto.randomUUID()}`
  const url = Object.assign(new URL(inject('redis')), { username: user, password: 'secret' }).href
  await operator.acl('SETUSER', user, '>secret')
  const namespace = `${crypto.randomUUID()} *?[a]{é}`
  for (const grant of grants({ verify: user }, namespace)) {
    await operator.call('ACL', grant.split(' ').slice(1))
  }
  const ours = await prepared(inject('redis'), { namespace })
  await ours.write([{ record: record(1), expected: null }], soon())
  const reader = connect(url, { namespace })
  await reader.open()
  expect(await reader.read([key(1)], soon())).toMatchObject([{ key: key(1) }])
  for (const other of [namespace.replace('*', 'other'), `${namespace}x`, 'default']) {
    await expect(connect(url, { namespace: other }).open()).rejects.toMatchObject(denied)
  }
})

test('a user that may do anything before has only what is granted after', () => {
  const [grant] = grants({ verify: 'ada' })
  expect(grant).toMatch(/^ACL SETUSER ada on resetkeys resetchannels nocommands /)
})
