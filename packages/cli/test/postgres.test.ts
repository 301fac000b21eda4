import { readFileSync } from 'node:fs'
import { postgres } from '@tokenward/postgres'
import { start, type Testbed } from '@tokenward/testbed'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CONFIG, project } from './support/project.ts'
import { OLD_KEY, sealedProject } from './support/sealed-project.ts'

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

describe('import and export', () => {
  const inAnHour = "now() + interval '1 hour'"
  /** What the statements of the documentation are run on, as the systems create it. */
  const TABLES = `
    CREATE TABLE revoked_tokens (jti text, expires_at timestamptz, reason text);
    INSERT INTO revoked_tokens VALUES ('a', ${inAnHour}, NULL), ('b', now() - interval '1 day', 'old');
    CREATE TABLE token_blacklist_outstandingtoken (id bigint, jti varchar(255), expires_at timestamptz);
    CREATE TABLE token_blacklist_blacklistedtoken (id bigint, token_id bigint, blacklisted_at timestamptz);
    INSERT INTO token_blacklist_outstandingtoken VALUES (1, 'c', ${inAnHour}), (2, 'd', ${inAnHour});
    INSERT INTO token_blacklist_blacklistedtoken VALUES (1, 1, now());
    CREATE TABLE session (id text, "userId" text, "expiresAt" timestamp);
    INSERT INTO session VALUES ('old', 'ada', ${inAnHour});`

  test('what the statements of the documentation print is imported, and exported again', async () => {
    const it = await sealedProject()
    const client = new Client({ connectionString: server.url })
    onTestFinished(() => client.end())
    await client.connect()
    await client.query('CREATE SCHEMA sources; SET search_path TO sources')
    await client.query(TABLES)
    const page = readFileSync(
      new URL('../../../docs/import-and-export.md', import.meta.url),
      'utf8',
    )
    const lines: string[] = []
    for (const [, statement = ''] of page.matchAll(/```sql\n(.*?)```/gs)) {
      const { rows } = await client.query({ text: statement, rowMode: 'array' })
      lines.push(...rows.map(([line]) => JSON.stringify(line)))
    }
    expect(lines).toHaveLength(3)
    const namespace = { namespace: 'import' }
    it.write(
      'tokenward.config.ts',
      CONFIG.replaceAll('sqlite', 'postgres').replace(
        "postgres('tokens.db')",
        `postgres(${JSON.stringify(server.url)}, ${JSON.stringify(namespace)})`,
      ),
    )
    expect((await it.run(['migrate'])).exitCode).toBe(0)
    const args = ['import', '--tokens', 'tokens.jsonl', '--json', ...OLD_KEY]
    const imported = await it.run(args, { input: lines.join('\n') })
    expect(imported.json).toMatchObject({ lines: 3, revoked: 2, sessions: 1, bad: [] })
    const { out } = await it.run(['export', ...OLD_KEY])
    const exported = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(exported).toHaveLength(3)
    expect(exported).toEqual(
      expect.arrayContaining([
        { jti: 'a', exp: expect.any(Number) },
        { jti: 'c', exp: expect.any(Number), reason: 'blacklisted' },
        expect.objectContaining({ type: 'session', subject: 'ada', client: 'web' }),
      ]),
    )
  })
})
