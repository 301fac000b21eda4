import { existsSync, readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { generateSealingKey } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { CONFIG, ISSUER, project, STORE } from './support/project.ts'

describe('migrate', () => {
  test('--dry-run prints the statements and creates no file', async () => {
    const it = await project()
    const run = await it.run(['migrate', ...STORE, '--dry-run'])
    expect(run).toMatchObject({ exitCode: 0, err: '' })
    expect(run.out).toContain('CREATE TABLE tokenward_records')
    expect(run.out).toMatch(
      /^-- sqlite: dry run, nothing changed; 10 statements to apply; root record would be created$/m,
    )
    expect(readdirSync(it.folder)).not.toContain('tokens.db')
  })

  test('--dry-run does not change an existing store', async () => {
    const it = await project()
    await it.run(['migrate', ...STORE])
    for (const args of [['--dry-run'], ['--dry-run'], []]) {
      const { json } = await it.run(['migrate', ...STORE, '--namespace', 'new', ...args, '--json'])
      expect(json).toMatchObject({ root: 'made', statements: [] })
    }
  })

  test('creates the store once, and then has nothing to do', async () => {
    const it = await project()
    const first = await it.run(['migrate', ...STORE, '--json'])
    expect(first).toMatchObject({
      exitCode: 0,
      json: { adapter: 'sqlite', dryRun: false, root: 'made', findings: [] },
    })
    expect(first.json['statements']).toHaveLength(10)
    const again = await it.run(['migrate', ...STORE])
    expect(again).toMatchObject({
      exitCode: 0,
      out: '-- sqlite: 0 statements applied; root record present\n',
    })
  })

  test('prepares the store for an application with the same pepper', async () => {
    const it = await project()
    await it.run(['migrate', ...STORE])
    await it.withTokenward((instance) => instance.issue({ subject: 'ada', client: 'web' }), {
      policy: 'denylist',
    })
    expect((await it.run(['doctor', ...STORE])).exitCode).toBe(0)
  })

  test('--max-lifetime raises the maximum lifetime of the store and never lowers it', async () => {
    const it = await project()
    const rootAfter = async (maxLifetime: string): Promise<unknown> => {
      const { json } = await it.run(['migrate', ...STORE, '--max-lifetime', maxLifetime, '--json'])
      return json['root']
    }
    expect(await rootAfter('1d')).toBe('made')
    expect(await rootAfter('60d')).toBe('raised')
    expect(await rootAfter('2d')).toBe('present')
  })

  test('refuses another pepper', async () => {
    const it = await project()
    await it.run(['migrate', ...STORE])
    const run = await it.run(['migrate', '--store', 'tokens.db'])
    expect(run).toMatchObject({ exitCode: 2, out: '' })
    expect(run.err).toContain('Wrong pepper')
  })
})

describe('doctor', () => {
  test('a healthy store', async () => {
    const it = await project()
    await it.run(['migrate', ...STORE])
    const run = await it.run(['doctor', ...STORE, '--json'])
    expect(run.json).toMatchObject({
      ok: true,
      adapter: 'sqlite',
      findings: [],
      root: 'present',
      capabilities: { durability: 'durable', listing: true },
      latency: expect.any(Number),
    })
    expect(run.exitCode).toBe(0)
  })

  test('a namespace that is not prepared is a finding, and does not change', async () => {
    const it = await project()
    await it.run(['migrate', ...STORE])
    for (const _ of ['first', 'again']) {
      const run = await it.run(['doctor', ...STORE, '--namespace', 'other', '--json'])
      expect(run).toMatchObject({
        exitCode: 1,
        json: {
          ok: false,
          root: 'made',
          findings: [{ code: 'not-prepared', fix: expect.stringContaining('tokenward migrate') }],
        },
      })
    }
  })

  test('an issuer whose keys cannot be fetched', async () => {
    const it = await project()
    const [issuer, another] = ['https://idp.example', 'https://idp.example/']
    const answer = `Response.json({ issuer: '${another}' })`
    it.write(
      'tokenward.config.ts',
      `import { trust } from '@tokenward/core'
${CONFIG.replace('export default', 'const base: TokenwardOptions =')}
export default {
  ...base,
  fetch: async () => ${answer},
  trust: [trust('${issuer}', { audience: 'a', maxLifetime: '1h' })],
}`,
    )
    expect((await it.run(['migrate'])).exitCode).toBe(0)
    const run = await it.run(['doctor'])
    expect(run).toMatchObject({ exitCode: 1, err: '' })
    expect(run.out).toContain(`✗ keys-unavailable: ${issuer}`)
    expect(run.out).toContain(`names the issuer ${another}`)
  })

  test('a wrong pepper', async () => {
    const it = await project()
    await it.run(['migrate', ...STORE])
    const run = await it.run(['doctor', '--store', 'tokens.db'])
    expect(run).toMatchObject({ exitCode: 1, err: '' })
    expect(run.out).toMatch(/✗ wrong-pepper: .*\n {2}fix: use the pepper/)
  })

  test('lifetimes in the config that are longer than the store was prepared for', async () => {
    const it = await project()
    it.write('tokenward.config.ts', CONFIG)
    await it.run(['migrate', ...STORE, '--max-lifetime', '1d'])
    const run = await it.run(['doctor', '--json'])
    expect(run).toMatchObject({
      exitCode: 1,
      json: { root: 'raised', findings: [{ code: 'max-lifetime' }] },
    })
    expect((await it.run(['migrate', '--json'])).json).toMatchObject({ root: 'raised' })
    expect((await it.run(['doctor'])).exitCode).toBe(0)
  })

  test('all findings, not only the one that refuses', async () => {
    const it = await project()
    it.write(
      'tokenward.config.ts',
      `
import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { generateKeys } from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'
writeFileSync('careless.db', '', { mode: 0o600 })
const database = new DatabaseSync('careless.db', { timeout: 100 })
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF')
export default async () => ({
  issuer: '${ISSUER}', keys: await generateKeys(), repository: sqlite(database),
})`,
    )
    const run = await it.run(['doctor', '--json'])
    expect(run.exitCode).toBe(1)
    expect(run.json['findings']).toMatchObject([
      { code: 'fsync-off', fix: expect.stringContaining('synchronous = FULL') },
      { code: 'busy-timeout-set', fix: expect.stringContaining('busy_timeout') },
    ])
  })

  test('a corrupt root record, which migrate replaces', async () => {
    const it = await project()
    await it.run(['migrate', ...STORE])
    const database = new DatabaseSync(it.path('tokens.db'))
    database.exec("UPDATE tokenward_records SET body = '{' WHERE kind = 'root'")
    database.close()
    expect(await it.run(['doctor', ...STORE, '--json'])).toMatchObject({
      exitCode: 1,
      json: { ok: false, findings: [{ code: 'corrupt-root' }] },
    })
    expect((await it.run(['migrate', ...STORE])).out).toContain('root record replaced')
    expect((await it.run(['doctor', ...STORE])).exitCode).toBe(0)
  })

  test('a namespace of another issuer, where both issuers are known', async () => {
    const it = await project()
    it.write('tokenward.config.ts', CONFIG)
    await it.run(['migrate', ...STORE, '--issuer', 'https://other.example.com'])
    expect((await it.run(['doctor', '--json'])).json).toMatchObject({
      findings: [{ code: 'shared-namespace' }],
    })
    expect((await it.run(['doctor', ...STORE])).exitCode).toBe(0)
  })

  test('a store that was prepared with --store belongs to no issuer', async () => {
    const it = await project()
    it.write('tokenward.config.ts', CONFIG)
    await it.run(['migrate', ...STORE])
    expect(await it.run(['doctor'])).toMatchObject({ exitCode: 0, err: '' })
  })

  test('a missing file is not created', async () => {
    const it = await project()
    const run = await it.run(['doctor', '--store', 'sqlite:tokenz.db'])
    expect(run).toMatchObject({ exitCode: 2, out: '' })
    expect(run.err).toContain('File not found. To create a new store run: tokenward migrate')
    expect(existsSync(it.path('tokenz.db'))).toBe(false)
  })
})

test('only migrate prepares a store', async () => {
  const it = await project()
  it.write('seal.json', JSON.stringify(generateSealingKey()))
  await it.run(['migrate', ...STORE])
  for (const command of [
    ['list', '--everything'],
    ['prune'],
    ['explain', '--everything'],
    ['revoke', '--everything'],
    ['sessions', '--subject', 'ada', '--issuer', ISSUER],
    ['erase', '--subject', 'ada', '--issuer', ISSUER, '--yes'],
    ['reseal', '--key-file', 'seal.json'],
  ]) {
    const run = await it.run([...command, ...STORE, '--namespace', 'other', '--json'])
    expect(run, command.join(' ')).toMatchObject({
      exitCode: 2,
      out: '',
      json: { error: { code: 'TOKENWARD_NOT_PREPARED' } },
    })
  }
  expect(
    (await it.run(['migrate', ...STORE, '--namespace', 'other', '--json'])).json,
  ).toMatchObject({
    root: 'made',
  })
})
