import { repositoryCalls } from '@tokenward/conformance/harness'
import { describe, expect, inject, test } from 'vitest'
import { grants, type Role } from '../src/index.ts'
import { makeAccounts, ROLES } from './accounts.ts'
import { type Complete, client, connect, deadline, key, prepared, record } from './support.ts'

/** Four users with the documented grants, each with a repository on a prepared store. */
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

const READS = ['read', 'list', 'list of a group', 'prune, dry']
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

describe('a user may do what its role allows, and nothing else', () => {
  test.each(ROLES)('%s', async (role) => {
    const repositories = await logins(crypto.randomUUID())
    await repositories.write.write([{ record: record(9), expected: null }], deadline())
    for (const [name, call] of Object.entries(repositoryCalls)) {
      const answer = call(repositories[role])
      if (ALLOWED[role].includes(name)) await expect(answer, name).resolves.toBeDefined()
      else await expect(answer, name).rejects.toMatchObject(denied)
    }
    const left = await repositories.verify.read([key(9)], deadline())
    expect(left, 'deleted by the prune role alone').toEqual(
      role === 'prune' ? [null] : [expect.anything()],
    )
  })

  test('only the migrate role can prepare the store', async () => {
    const namespace = crypto.randomUUID()
    const urls = await makeAccounts([inject('redis')])
    for (const role of ['verify', 'write', 'prune'] as const) {
      const repository = connect(urls[role], { namespace })
      expect(await repository.open()).toMatchObject([{ code: 'appendfsync-unknown' }])
      await expect(repository.migrate(false)).rejects.toMatchObject(denied)
    }
  })

  test('the write role publishes changes, and the verify role receives them', async () => {
    const { verify, write } = await logins(crypto.randomUUID())
    const received = Promise.withResolvers<string>()
    const stop = await verify.watch(received.resolve)
    await write.write([{ record: record(7), expected: null }], deadline())
    expect(await received.promise).toBe(key(7))
    await stop()
  })
})

test('grants of one namespace do not allow any other', async () => {
  const operator = client()
  const user = `reader-${crypto.randomUUID()}`
  const url = Object.assign(new URL(inject('redis')), { username: user, password: 'secret' }).href
  await operator.acl('SETUSER', user, '>secret')
  const namespace = `${crypto.randomUUID()} *?[a]{é}`
  for (const grant of grants({ verify: user }, namespace)) {
    await operator.call('ACL', grant.split(' ').slice(1))
  }
  const repository = await prepared(inject('redis'), { namespace })
  await repository.write([{ record: record(1), expected: null }], deadline())
  const reader = connect(url, { namespace })
  await reader.open()
  expect(await reader.read([key(1)], deadline())).toMatchObject([{ key: key(1) }])
  for (const other of [namespace.replace('*', 'other'), `${namespace}x`, 'default']) {
    await expect(connect(url, { namespace: other }).open()).rejects.toMatchObject(denied)
  }
})

test('a grant removes all other rights', () => {
  const [grant] = grants({ verify: 'ada' })
  expect(grant).toMatch(/^ACL SETUSER ada on resetkeys resetchannels nocommands /)
})
