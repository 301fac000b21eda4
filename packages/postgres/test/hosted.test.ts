import { randomBytes } from 'node:crypto'
import { createTokenward, generateKeys, prepare } from '@tokenward/core'
import { start, type Testbed } from '@tokenward/testbed'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { grants, postgres } from '../src/index.ts'
import { client, connect, newDatabase } from './support.ts'

/** A server that the developer provides has one version. */
const isExternalServer = process.env['TOKENWARD_TEST_POSTGRES_URL'] !== undefined
const TABLES = ['tokenward_schema', 'tokenward_records', 'tokenward_overview']

describe.each(['15', '18'])('Postgres %s with default privileges for every role', (version) => {
  let server: Testbed | undefined
  beforeAll(async () => {
    if (version === '18' && !isExternalServer) server = await start('postgres', { version })
  })
  afterAll(() => server?.stop())
  const stage = () => hosted(server?.url ?? inject('postgres'))

  test('no other role can read or change the tables', async () => {
    const { operator, web } = await stage()
    await prepareDenylist(operator.url)
    expect(await connect(operator.url).open()).toEqual([])
    await operator.query(`SET ROLE ${web}`)
    for (const table of TABLES) {
      for (const statement of [`SELECT FROM ${table}`, `DELETE FROM ${table}`]) {
        await expect(operator.query(statement), statement).rejects.toMatchObject({
          code: '42501',
        })
      }
    }
    await expect(operator.query('TRUNCATE tokenward_records')).rejects.toMatchObject({
      code: '42501',
    })
  })

  test('privileges granted later are found, with the REVOKE statements, and reach no row', async () => {
    const { operator, web } = await stage()
    const { instance, token } = await prepareDenylist(operator.url)
    await operator.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${web}`)
    await operator.query('GRANT UPDATE (state) ON tokenward_records TO PUBLIC')
    await operator.query(`SET ROLE ${web}`)
    for (const table of TABLES)
      expect((await operator.query(`DELETE FROM ${table}`)).rowCount).toBe(0)
    await operator.query('RESET ROLE')
    expect(await instance.verify(token)).toMatchObject({ active: false, reason: 'revoked' })

    const [finding, ...others] = await connect(operator.url).open()
    expect(others).toEqual([])
    expect(finding?.code).toBe('others-may-write')
    const [revokes = ''] = finding?.fix.split('; or ') ?? []
    expect(revokes).toContain(`ON tokenward_records FROM ${web}`)
    expect(revokes).toContain('REVOKE UPDATE ON tokenward_records FROM PUBLIC')
    await operator.query(revokes)
    expect(await connect(operator.url).open()).toEqual([])
  })

  test('a policy for all roles does not hide the roles that may write', async () => {
    const { operator, web } = await stage()
    const { instance, token } = await prepareDenylist(operator.url)
    await operator.query(`GRANT SELECT, DELETE ON tokenward_records TO ${web}`)
    await operator.query('CREATE POLICY anything ON tokenward_records USING (true)')
    await operator.query(
      `SET ROLE ${web}; DELETE FROM tokenward_records WHERE kind = 'token'; RESET ROLE`,
    )
    expect(await instance.verify(token)).toMatchObject({ active: true })
    expect(await connect(operator.url).open()).toMatchObject([{ code: 'others-may-write' }])
  })

  test('the documented roles are no finding, and disabled row security is', async () => {
    const { operator } = await stage()
    await prepareDenylist(operator.url)
    // Names that differ only behind the longest name of a policy.
    const long = roleName('x'.repeat(46))
    const names = { verify: `${long}1`, write: `${long}2`, prune: `${long}3` }
    for (const name of Object.values(names)) await makeRole(operator, name)
    for (let times = 0; times < 2; times++) await operator.query(grants(names).join(';'))
    expect(await connect(operator.url).open()).toEqual([])
    await operator.query(`GRANT TRUNCATE ON tokenward_records TO ${names.write}`)
    expect(await connect(operator.url).open()).toMatchObject([
      {
        fix: expect.stringContaining(`REVOKE TRUNCATE ON tokenward_records FROM ${names.write};`),
      },
    ])
    await operator.query(`REVOKE TRUNCATE ON tokenward_records FROM ${names.write}`)
    await operator.query('ALTER TABLE tokenward_records DISABLE ROW LEVEL SECURITY')
    expect(await connect(operator.url).open()).toMatchObject([{ code: 'row-security-off' }])
  })
})

async function hosted(server: string) {
  const url = await newDatabase(server)
  const operator = Object.assign(await client(url), { url })
  const web = roleName()
  await makeRole(operator, web)
  await operator.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO ${web}`)
  await operator.query('ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC')
  return { operator, web }
}

function roleName(more = ''): string {
  return `web_${randomBytes(5).toString('hex')}${more}`
}

async function makeRole(operator: Client, name: string): Promise<void> {
  await operator.query(`CREATE ROLE ${name}`)
  onTestFinished(
    async () => void (await operator.query(`RESET ROLE; DROP OWNED BY ${name}; DROP ROLE ${name}`)),
  )
}

/** An instance on a denylist, with a token that was revoked. */
async function prepareDenylist(url: string) {
  const keys = await generateKeys()
  const options = () => ({
    issuer: 'https://api.example',
    policy: 'denylist' as const,
    keys,
    repository: postgres(url),
  })
  await prepare(options())
  const instance = await createTokenward(options())
  onTestFinished(() => instance.close())
  const { accessToken: token } = await instance.issue({ subject: 'ada', client: 'web' })
  await instance.revoke(token)
  return { instance, token }
}
