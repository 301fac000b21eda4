import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { CONFIG, ISSUER, type Project, project, STORE } from './support/project.ts'

const FROM_URL = [...STORE, '--issuer', ISSUER]

async function prepared(): Promise<Project> {
  const it = await project()
  it.write('tokenward.config.ts', CONFIG)
  return it
}

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly jti: string
  readonly session: string
}

async function login(it: Project, subject = 'ada', client = 'web'): Promise<Tokens> {
  const tokens = await it.withTokenward((instance) => instance.issue({ subject, client }))
  it.secrets.push(tokens.accessToken, tokens.refreshToken)
  return tokens
}

function verify(it: Project, token: string): Promise<object> {
  return it.withTokenward((instance) => instance.verify(token))
}

describe('list', () => {
  test('prints the tokens and sessions of a user', async () => {
    const it = await prepared()
    await login(it)
    await login(it, 'bob')
    const run = await it.run(['list', '--subject', 'ada', '--json'])
    expect(run.exitCode).toBe(0)
    const items = (run.json as { items: { kind: string }[] }).items
    expect(items.map(({ kind }) => kind).sort()).toEqual(['session', 'token'])
    expect(items[0]).toMatchObject({
      record: expect.stringMatching(/^[\w-]{24}$/),
      active: true,
      expiresAt: expect.any(Number),
    })
  })

  test('prints one kind as a table, page by page', async () => {
    const it = await prepared()
    for (const subject of ['ada', 'bob', 'eve']) await login(it, subject)
    const first = await it.run([
      'list',
      '--client',
      'web',
      '--kind',
      'session',
      '--limit',
      '2',
      ...FROM_URL,
    ])
    expect(first).toMatchObject({
      exitCode: 0,
      err: expect.stringMatching(/^Next page: --cursor [0-9a-z]+\.[\w-]{24}\n$/),
    })
    expect(first.out).toMatch(
      /^RECORD +KIND +GENERATION +ISSUED +EXPIRES +STATUS\n([\w-]{24} {2}session +1 +2\S+Z +2\S+Z +active\n){2}$/,
    )
    const cursor = /--cursor (\S+)/.exec(first.err)?.[1] ?? ''
    const rest = await it.run([
      'list',
      '--client',
      'web',
      '--kind',
      'session',
      '--cursor',
      cursor,
      ...FROM_URL,
    ])
    const records = [...`${first.out}${rest.out}`.matchAll(/^([\w-]{24}) /gm)].map(([, key]) => key)
    expect(records).toHaveLength(3)
    expect(new Set(records).size).toBe(3)
    expect(rest.err).toBe('')
  })

  test('reads a store that was prepared for shorter lifetimes than the defaults', async () => {
    const it = await prepared()
    await it.run(['migrate', ...STORE, '--max-lifetime', '1d'])
    expect((await it.run(['list', '--everything', ...STORE])).exitCode).toBe(0)
  })

  test('an empty list is no failure, and an invalid cursor is a usage error', async () => {
    const it = await prepared()
    await login(it)
    expect(await it.run(['list', '--subject', 'unknown'])).toMatchObject({
      exitCode: 0,
      out: '',
      err: 'No tokens or sessions.\n',
    })
    const run = await it.run(['list', '--everything', '--cursor', 'x', '--json'])
    expect(run).toMatchObject({ exitCode: 2, json: { error: { code: 'TOKENWARD_INVALID_INPUT' } } })
  })
})

describe('explain', () => {
  test('an active token, with a config and with --store and --keys', async () => {
    const it = await prepared()
    const { accessToken } = await login(it)
    const byConfig = await it.run(['explain', '-'], { input: `${accessToken}\n` })
    expect(byConfig.err).toBe('')
    expect(byConfig.out).toMatch(/^ACTIVE\n/)
    expect(byConfig.exitCode).toBe(0)
    const fromUrl = await it.run(['explain', '-', ...FROM_URL, '--keys', 'keys.json', '--json'], {
      input: accessToken,
    })
    expect(fromUrl).toMatchObject({ exitCode: 0, json: { active: true } })
    expect(fromUrl.json['checks']).toContainEqual(
      expect.objectContaining({
        scope: 'token',
        found: 'active',
        result: 'not-revoked',
        decisive: false,
      }),
    )
  })

  test('a revoked token: the decisive record, when and why', async () => {
    const it = await prepared()
    const { accessToken } = await login(it)
    await it.withTokenward((instance) =>
      instance.revoke({ subject: 'ada' }, { reason: 'lost phone\u001b[2J' }),
    )
    const run = await it.run(['explain', '-'], { input: accessToken })
    expect(run.exitCode).toBe(1)
    expect(run.out).toMatch(/^INACTIVE revoked \(subject\) 2\S+Z "lost phone\\u\{001b\}\[2J"\n/)
    expect(run.out).toMatch(/^ +subject +found +revoked +<- decisive {2}2\S+Z "lost phone/m)
    expect(run.out).toMatch(/^ +issuer +none$/m)
    expect(run.out).toMatch(/^ +token +found +not revoked$/m)
  })

  test('a note is escaped for the terminal, and JSON keeps its value', async () => {
    const it = await prepared()
    const { accessToken } = await login(it)
    const reason = 'lost\u007f \u009b2J\u202ephone\u2066 ☎️'
    await it.withTokenward((instance) => instance.revoke({ subject: 'ada' }, { reason }))
    for (const args of [[], ['--json']]) {
      const run = await it.run(['explain', '-', ...args], { input: accessToken })
      expect(run.exitCode).toBe(1)
      expect(run.out).not.toMatch(/[\p{Cf}\u007f-\u009f]/u)
      if (run.json !== undefined) expect(run.json).toMatchObject({ note: { reason } })
    }
  })

  test('a malformed token is inactive and not printed', async () => {
    const it = await prepared()
    await login(it)
    const run = await it.run(['explain', '-', '--json'], { input: 'canary.rubbish' })
    expect(run).toMatchObject({
      exitCode: 1,
      json: { active: false, reason: 'malformed', checks: [] },
    })
  })

  test('targets, with --store', async () => {
    const it = await prepared()
    const { jti } = await login(it)
    expect(await it.run(['explain', `--jti=${jti}`, ...FROM_URL, '--json'])).toMatchObject({
      exitCode: 0,
      json: { active: true },
    })
    expect(await it.run(['explain', '--jti', 'other', ...FROM_URL, '--json'])).toMatchObject({
      exitCode: 1,
      json: { reason: 'not-found' },
    })
    expect(await it.run(['explain', '--subject', 'ada', ...FROM_URL])).toMatchObject({
      exitCode: 0,
      out: 'NOT REVOKED\n  subject  none\n',
    })
  })

  test('--policy denylist requires no token record', async () => {
    const it = await prepared()
    const { accessToken } = await it.withTokenward(
      (instance) => instance.issue({ subject: 'ada', client: 'web' }),
      { policy: 'denylist' },
    )
    const args = ['explain', '-', ...FROM_URL, '--keys', 'keys.json', '--json']
    const explainWith = async (policy: readonly string[]) =>
      (await it.run([...args, ...policy], { input: accessToken })).json
    expect(await explainWith([])).toMatchObject({ active: false, reason: 'not-found' })
    expect(await explainWith(['--policy', 'denylist'])).toMatchObject({ active: true })
  })
})

describe('revoke', () => {
  test('a user: active tokens are refused from then on', async () => {
    const it = await prepared()
    const { accessToken } = await login(it)
    const other = await login(it, 'bob')
    const run = await it.run([
      'revoke',
      '--subject',
      'ada',
      '--reason',
      'lost phone',
      '--actor',
      'support',
      ...FROM_URL,
    ])
    expect(run).toMatchObject({ exitCode: 0, err: '' })
    expect(run.out).toMatch(/^Revoked subject ada at 2\S+Z \(new\): "lost phone" by support\n$/)
    expect(await verify(it, accessToken)).toMatchObject({
      active: false,
      reason: 'revoked',
      decidedBy: 'subject',
      note: { reason: 'lost phone', actor: 'support' },
    })
    expect(await verify(it, other.accessToken)).toMatchObject({ active: true })
  })

  test.for([
    ['--session', 'session', 'session'],
    ['--jti', 'jti', 'token'],
  ] as const)('%s', async ([option, id, target]) => {
    const it = await prepared()
    const tokens = await login(it)
    const run = await it.run(['revoke', `${option}=${tokens[id]}`, '--json'])
    expect(run).toMatchObject({
      exitCode: 0,
      json: { revoked: true, target, first: true, at: expect.any(Number) },
    })
    expect(await verify(it, tokens.accessToken)).toMatchObject({
      active: false,
      reason: 'revoked',
      decidedBy: target,
    })
    const again = await it.run(['revoke', `${option}=${tokens[id]}`])
    const name = `${target} ${tokens[id]}`
    expect(again.out).toMatch(/^Revoked .* at 2\S+Z \(already revoked\)\n$/)
    expect(again.out).toContain(` ${name} at `)
  })

  test('a record from a list', async () => {
    const it = await prepared()
    const { accessToken } = await login(it)
    const { json } = await it.run(['list', '--subject', 'ada', '--kind', 'session', '--json'])
    const { record } = (json as { items: { record: string }[] }).items[0] ?? { record: '' }
    expect((await it.run(['revoke', `--record=${record}`, ...STORE])).exitCode).toBe(0)
    expect(await verify(it, accessToken)).toMatchObject({ active: false, decidedBy: 'session' })
  })

  test('a record that does not exist exits with 1', async () => {
    const it = await prepared()
    await login(it)
    const run = await it.run(['revoke', '--record', 'f'.repeat(24)])
    expect(run).toMatchObject({ exitCode: 1, out: 'Not revoked: not-found\n' })
  })

  test('everything, and an issuer', async () => {
    for (const [option, target] of [
      [['--everything', ...STORE], 'global'],
      [['--whole-issuer', ...FROM_URL], 'issuer'],
    ] as const) {
      const it = await prepared()
      const { accessToken } = await login(it)
      expect((await it.run(['revoke', ...option])).exitCode).toBe(0)
      expect(await verify(it, accessToken)).toMatchObject({ active: false, decidedBy: target })
    }
  })

  test('a token on stdin, alone or with its session', async () => {
    const it = await prepared()
    const { accessToken, refreshToken } = await login(it)
    const rotate = () => it.withTokenward((instance) => instance.rotate(refreshToken))
    const single = await it.run(['revoke', '-', ...FROM_URL, '--keys', 'keys.json', '--json'], {
      input: accessToken,
    })
    expect(single).toMatchObject({
      exitCode: 0,
      json: { revoked: true, target: 'token', first: true },
    })
    const cascading = await it.run(['revoke', '-', '--cascade', '--json'], { input: accessToken })
    expect(cascading).toMatchObject({ exitCode: 0, json: { revoked: true, target: 'session' } })
    expect(await rotate()).toMatchObject({ active: false, reason: 'revoked' })
    const malformed = await it.run(['revoke', '-', '--json'], { input: `${accessToken}x` })
    expect(malformed).toMatchObject({ exitCode: 1, json: { revoked: false, reason: 'signature' } })
  })

  test('--only access, and --before', async () => {
    const it = await prepared()
    const { accessToken, refreshToken } = await login(it)
    await it.run(['revoke', '--subject', 'ada', '--before', '2020-01-01'])
    expect(await verify(it, accessToken)).toMatchObject({ active: true })
    await it.run(['revoke', '--subject', 'ada', '--only', 'access'])
    expect(await verify(it, accessToken)).toMatchObject({ active: false, decidedBy: 'subject' })
    expect(
      await it.withTokenward((instance) => instance.verify(refreshToken, { kind: 'refresh' })),
    ).toMatchObject({ active: true })
    const future = await it.run(['revoke', '--subject', 'ada', '--before', '2999-01-01'])
    expect(future).toMatchObject({ exitCode: 2 })
    expect(future.err).toContain('must not be in the future')
  })
})

describe('prune', () => {
  async function withOldTokens(count: number): Promise<Project> {
    const it = await prepared()
    for (let i = 0; i < count; i++) await login(it, `u${i}`)
    // In place of waiting until they are due.
    const database = new DatabaseSync(it.path('tokens.db'))
    database.exec("UPDATE tokenward_records SET retain_until = 1 WHERE kind = 'token'")
    database.close()
    await login(it)
    return it
  }

  test('counts, deletes up to the limit, and then the rest', async () => {
    const it = await withOldTokens(5)
    const dryRun = await it.run(['prune', '--dry-run', ...STORE])
    expect(dryRun).toMatchObject({ exitCode: 0, out: 'would delete 5\n' })
    const limited = await it.run(['prune', '--limit', '2', '--json'])
    expect(limited).toMatchObject({
      exitCode: 0,
      json: { dryRun: false, deleted: 2, more: true },
    })
    expect(await it.run(['prune', ...STORE])).toMatchObject({ exitCode: 0, out: 'deleted 3\n' })
    expect((await it.run(['prune', '--json'])).json).toMatchObject({ deleted: 0, more: false })
    const { json } = await it.run(['list', '--kind', 'token', '--everything', '--json'])
    expect(json['items']).toHaveLength(1)
  })
})
