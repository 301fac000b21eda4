import { randomBytes } from 'node:crypto'
import { repositoryCalls } from '@tokenward/conformance/harness'
import { describe, expect, onTestFinished, test } from 'vitest'
import { grants, type Role } from '../src/index.ts'
import { ROLES } from './accounts.ts'
import {
  type Complete,
  client,
  connect,
  key,
  newDatabase,
  prepared,
  record,
  soon,
} from './support.ts'

/** Four logins with the documented grants, the tables made by `migrate`; each with its own repository. */
async function logins(): Promise<Record<Role, Complete>> {
  const url = await newDatabase()
  const administrator = await client(url)
  // A name that has to be quoted, and a password that has to be encoded.
  const suffix = `-${randomBytes(6).toString('hex')}"`
  const password = `p@ss/w:rd#?%& é${suffix}`
  const names = Object.fromEntries(ROLES.map((role) => [role, `${role}${suffix}`]))
  const quoted = (name = '') => `"${name.replaceAll('"', '""')}"`
  for (const name of Object.values(names)) {
    await administrator.query(
      `CREATE ROLE ${quoted(name)} LOGIN PASSWORD '${password.replaceAll("'", "''")}'`,
    )
  }
  onTestFinished(async () => {
    for (const name of Object.values(names)) {
      await administrator.query(`DROP OWNED BY ${quoted(name)} CASCADE; DROP ROLE ${quoted(name)}`)
    }
  })
  const { migrate = '', ...others } = names
  await administrator.query('REVOKE ALL ON SCHEMA public FROM public')
  await administrator.query(grants({ migrate }).join(';'))
  const as = async (role: Role) => {
    const address = new URL(url)
    address.username = encodeURIComponent(names[role] ?? '')
    address.password = encodeURIComponent(password)
    const repository = connect(address.href)
    expect(await repository.open()).toEqual([])
    return repository
  }
  const maker = await as('migrate')
  await maker.migrate(false)
  await administrator.query(grants(others).join(';'))
  return {
    migrate: maker,
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
  migrate: [...READS, 'write', 'prune'], // It owns the tables.
}

describe('grants() allows what the role needs, and nothing else', () => {
  test.each(ROLES)('to %s', async (role) => {
    const repositories = await logins()
    await repositories.migrate.write([{ record: record(9), expected: null }], soon())
    for (const [name, call] of Object.entries(repositoryCalls)) {
      const answer = call(repositories[role])
      if (ALLOWED[role].includes(name)) await expect(answer, name).resolves.toBeDefined()
      else {
        await expect(answer, name).rejects.toMatchObject({
          message: expect.stringContaining('lacks a privilege'),
          cause: expect.objectContaining({ code: '42501' }),
        })
      }
    }
    await expect(repositories[role].migrate(true)).resolves.toEqual([])
  })

  test('a role with privileges and no policy can do nothing, and the error explains what to do', async () => {
    const url = await newDatabase()
    await prepared(url)
    const name = `bare_${randomBytes(6).toString('hex')}`
    const administrator = await client(url)
    await administrator.query(`CREATE ROLE ${name} LOGIN PASSWORD 'p'`)
    onTestFinished(async () => {
      await administrator.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`)
    })
    await administrator.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${name}`)
    const login = Object.assign(new URL(url), { username: name, password: 'p' })
    const repository = connect(login.href)
    await repository.open()
    const refused = { code: 'TOKENWARD_NOT_PREPARED', message: expect.stringMatching(/`grants`/) }
    await expect(repository.read([key(1)], soon())).rejects.toMatchObject(refused)
    await expect(repository.migrate(true)).rejects.toMatchObject(refused)
  })

  test('the role verify gets notifications of what the role write changes', async () => {
    const { verify, write } = await logins()
    const heard = Promise.withResolvers<string>()
    const stop = await verify.watch(heard.resolve)
    await write.write([{ record: record(7), expected: null }], soon())
    expect(await heard.promise).toBe(key(7))
    await stop()
  })
})
