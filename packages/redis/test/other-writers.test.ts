import { describe, expect, inject, test } from 'vitest'
import { grants } from '../src/index.ts'
import { makeAccounts } from './accounts.ts'
import { DURABLE } from './server.ts'
import { type Complete, client, connect, isExternalServer, prepared, startOwn } from './support.ts'

const CODE = 'others-may-write'

async function foundBy(repository: Complete) {
  return (await repository.open()).filter(({ code }) => code === CODE)
}

describe.skipIf(isExternalServer)('users that may write without a grant', () => {
  async function stage(version = '7') {
    const { url } = await startOwn(DURABLE, { version })
    const operator = client(url)
    const user = (...rules: string[]) => operator.acl('SETUSER', ...(rules as [string]))
    const namespace = 'app'
    const accounts = await makeAccounts([url])
    const repository = await prepared(url, { namespace })
    return { url, operator, user, namespace, accounts, repository }
  }

  test.each(['7', '8', 'valkey'])('are found by name, on %s', async (version) => {
    const { repository, user } = await stage(version)
    expect(await foundBy(repository)).toEqual([])
    await user('app', 'on', '>secret', '~*', '+@all')
    await user('guest', 'on', 'nopass', '~*', '-@all', '+@write')
    await user('cleaner', 'on', '>secret', '-@all', '(~* +del +get)')
    const [finding, ...more] = await foundBy(repository)
    expect(more).toEqual([])
    expect(finding).toEqual({
      code: CODE,
      message: expect.stringContaining('guest (without a password)'),
      fix: expect.stringContaining('ACL SETUSER guest resetkeys'),
    })
    for (const name of ['app', 'guest', 'cleaner']) {
      expect(finding?.message).toContain(name)
      expect(finding?.fix).toContain(`ACL SETUSER ${name} resetkeys`)
    }
    expect(JSON.stringify(finding)).not.toMatch(/secret|#/)
    for (const name of ['app', 'guest']) await user(name, 'resetkeys', '~app:*')
    await user('cleaner', 'off')
    expect(await foundBy(repository), 'after the fix').toEqual([])
  })

  test('a user that only reads, writes other keys, or has a grant is no finding', async () => {
    const { repository, user, operator } = await stage()
    await user('reader', 'on', '>secret', '%R~*', '+@all')
    await user('viewer', 'on', '>secret', '~*', '+@read')
    await user('elsewhere', 'on', '>secret', '~app:*', '+@all')
    await user('other', 'on', '>secret')
    for (const grant of grants({ write: 'other' })) {
      await operator.call('ACL', grant.split(' ').slice(1))
    }
    expect(await foundBy(repository)).toEqual([])
  })

  test('the default user without a password is found by a user with the migrate role', async () => {
    const { accounts, namespace, operator } = await stage()
    const migrate = connect(accounts.migrate, { namespace })
    const [finding] = await foundBy(migrate)
    expect(finding?.message).toContain('default (without a password)')
    expect(await foundBy(connect(accounts.write, { namespace })), 'may not run ACL LIST').toEqual(
      [],
    )
    await operator.acl('SETUSER', 'default', 'resetkeys', '~app:*')
    expect(await foundBy(migrate)).toEqual([])
  })
})

test('a user does not find itself', async () => {
  expect(await foundBy(connect(inject('redis')))).toEqual([])
})
