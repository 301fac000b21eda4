import { postgres } from '@tokenward/postgres'
import { start, type Testbed } from '@tokenward/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { project } from './support/project.ts'

let server: Testbed

beforeAll(async () => {
  server = await start('postgres')
}, 900_000)

afterAll(() => server.stop())

test('every command works with Postgres', async () => {
  const it = await project()
  it.secrets.push(new URL(server.url).password.repeat(2))
  const store = ['--store', server.url, '--pepper-file', 'pepper.bin']

  const dry = await it.run(['migrate', ...store, '--dry-run'])
  expect(dry).toMatchObject({ exitCode: 0, err: '' })
  expect(dry.out).toContain('CREATE TABLE tokenward_records')
  expect((await it.run(['doctor', ...store, '--json'])).exitCode).toBe(1) // Not created yet.
  const made = await it.run(['migrate', ...store, '--json'])
  expect(made.json).toMatchObject({ adapter: 'postgres', root: 'made', findings: [] })
  expect(await it.run(['doctor', ...store, '--json'])).toMatchObject({
    exitCode: 0,
    json: { ok: true, adapter: 'postgres', capabilities: { durability: 'durable' } },
  })

  const login = await it.withTokenward(
    (instance) => instance.issue({ subject: 'ada', client: 'web' }),
    {
      repository: postgres(server.url),
    },
  )
  const ada = ['--subject', 'ada']
  const listed = await it.run(['list', ...ada, ...store, '--issuer', it.options.issuer])
  expect(listed).toMatchObject({ exitCode: 0, err: '' })
  expect(listed.out).toContain('active')
  const revoked = await it.run(['revoke', ...ada, ...store, '--issuer', it.options.issuer])
  expect(revoked).toMatchObject({ exitCode: 0, err: '' })
  const refused = await it.withTokenward((instance) => instance.verify(login.accessToken), {
    repository: postgres(server.url),
  })
  expect(refused).toMatchObject({ active: false, reason: 'revoked' })
  expect((await it.run(['prune', ...store, '--dry-run'])).exitCode).toBe(0)
})

test('a refused password is unavailable, with a hint and without the password', async () => {
  const it = await project()
  const wrong = new URL(server.url)
  wrong.password = 'canary-password'
  const run = await it.run(['doctor', '--store', wrong.href])
  expect(run).toMatchObject({ exitCode: 3, out: '' })
  expect(run.err).toContain('the user and the password')
})
