import { repositoryCalls } from '@tokenward/conformance/harness'
import { start } from '@tokenward/testbed'
import { expect, inject, onTestFinished, test } from 'vitest'
import { grants, type Role } from '../src/index.ts'
import { type Complete, client, connect, deadline, record } from './support.ts'

const ROLES: readonly Role[] = ['migrate', 'verify', 'write', 'prune']
const REASON = 'not run: a stand-in extends the roles of one collection to the whole database'

/** Names and a password that must be %-encoded. */
const NAME = (role: Role) => `${role}-é"$`
const PASSWORD = `p@ss/w:rd#?%& é`

/** A repository for a user of each role, after `migrate` created the collection. */
async function logins(): Promise<Record<Role, Complete>> {
  const server = await start('mongodb', { settings: { replSet: 'off', auth: '' } })
  onTestFinished(() => server.stop())
  // A client on the server's own machine may create the first user.
  const root = JSON.stringify({ user: 'root', pwd: PASSWORD, roles: ['root'] })
  await server.run?.(['mongosh', '--quiet', 'admin', '--eval', `db.createUser(${root})`])
  const as = (user: string, authSource: string): string => {
    const url = new URL(server.url)
    url.username = encodeURIComponent(user)
    url.password = encodeURIComponent(PASSWORD)
    url.searchParams.set('authSource', authSource)
    return url.href
  }
  const db = client(as('root', 'admin')).db()
  const names = Object.fromEntries(ROLES.map((role) => [role, NAME(role)]))
  for (const command of grants(names, db.databaseName)) await db.command(command)
  for (const role of ROLES) {
    await db.command({ createUser: NAME(role), pwd: PASSWORD, roles: [NAME(role)] })
  }
  const login = async (role: Role) => {
    const repository = connect(as(NAME(role), db.databaseName))
    expect(await repository.open()).toMatchObject([{ code: 'standalone' }])
    return repository
  }
  const migrate = await login('migrate')
  await migrate.migrate(false)
  return {
    migrate,
    verify: await login('verify'),
    write: await login('write'),
    prune: await login('prune'),
  }
}

const READS = ['read', 'list', 'list of a group', 'prune, dry']
const ALLOWED: Record<Role, readonly string[]> = {
  verify: READS,
  write: [...READS, 'write'],
  prune: [...READS, 'prune'],
  migrate: [...READS, 'write'], // It creates the root record.
}

test('a user may do what its role allows, and nothing else', async (context) => {
  if (inject('mongodb').standIn) return context.skip(REASON)
  const repositories = await logins()
  for (const role of ROLES) {
    const stored = [{ record: record(9), expected: null }]
    await repositories.migrate.write(stored, deadline())
    for (const [name, call] of Object.entries(repositoryCalls)) {
      const answer = call(repositories[role])
      const what = `${role}: ${name}`
      if (ALLOWED[role].includes(name)) await expect(answer, what).resolves.toBeDefined()
      else await expect(answer, what).rejects.toThrow('lacks a right')
    }
    await expect(repositories[role].migrate(true), role).resolves.toEqual([])
  }
})

test('grants() grants the documented actions on the collection alone', () => {
  const actions = Object.fromEntries(
    grants({ migrate: 'm', verify: 'v', write: 'w', prune: 'p' }, 'app').map((command) => {
      expect(command).toMatchObject({ roles: [] })
      const [privilege, ...more] = command['privileges']
      expect(more).toEqual([])
      expect(privilege.resource).toEqual({ db: 'app', collection: 'tokenward_records' })
      return [command['createRole'], privilege.actions]
    }),
  )
  expect(actions).toEqual({
    m: [
      'find',
      'insert',
      'update',
      'createCollection',
      'collMod',
      'createIndex',
      'dropIndex',
      'listIndexes',
    ],
    v: ['find', 'changeStream'],
    w: ['find', 'changeStream', 'insert', 'update'],
    p: ['find', 'remove'],
  })
})
