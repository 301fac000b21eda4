import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { CONFIG, ISSUER, type Project, project, STORE } from './support/project.ts'

const ALONE = [...STORE, '--issuer', ISSUER]

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
  test('tokens and logins of a user, with their verdicts', async () => {
    const it = await prepared()
    await login(it)
    await login(it, 'bob')
    const run = await it.run(['list', '--subject', 'ada', '--json'])
    expect(run.exitCode).toBe(0)
    const items = (run.json as { items: { kind: string }[] }).items
    expect(items.map(({ kind }) => kind).sort()).toEqual(['session', 'token'])
    expect(items[0]).toMatchObject({
      record: expect.stringMatching(/^[0-9a-f]{64}$/),
      active: true,
      expiresAt: expect.any(Number),
    })
  })

  test('as a table, of one kind, page by page', async () => {
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
      ...ALONE,
    ])
    expect(first).toMatchObject({ exitCode: 0, err: '' })
    expect(first.out).toMatch(
      /^RECORD +KIND +GENERATION +ISSUED +UNTIL +STATUS\n([0-9a-f]{64} {2}session +1 +2\S+Z +2\S+Z +active\n){2}more: --cursor [0-9a-f]{64}\n$/,
    )
    const cursor = /--cursor (\S+)/.exec(first.out)?.[1] ?? ''
    const rest = await it.run([
      'list',
      '--client',
      'web',
      '--kind',
      'session',
      '--cursor',
      cursor,
      ...ALONE,
    ])
    const records = [...`${first.out}${rest.out}`.matchAll(/^([0-9a-f]{64}) /gm)].map(
      ([, key]) => key,
    )
    expect(records).toHaveLength(3)
    expect(new Set(records).size).toBe(3)
    expect(rest.out).not.toContain('more')
  })

  test('a store that was prepared for shorter lifetimes than our defaults', async () => {
    const it = await prepared()
    await it.run(['migrate', ...STORE, '--max-lifetime', '1d'])
    expect((await it.run(['list', '--everything', ...STORE])).exitCode).toBe(0)
  })

  test('nothing is no failure, and a cursor that is none is usage', async () => {
    const it = await prepared()
    await login(it)
    expect(await it.run(['list', '--subject', 'nobody'])).toMatchObject({
      exitCode: 0,
      out: 'nothing\n',
    })
    const run = await it.run(['list', '--everything', '--cursor', 'x', '--json'])
    expect(run).toMatchObject({ exitCode: 2, json: { error: { code: 'TOKENWARD_INVALID_INPUT' } } })
  })
})

describe('explain', () => {
  test('a token that is good, by the config and by a store with its keys', async () => {
    const it = await prepared()
    const { accessToken } = await login(it)
    const byConfig = await it.run(['explain', '-'], { input: `${accessToken}\n` })
    expect(byConfig.err).toBe('')
    expect(byConfig.out).toMatch(/^ACTIVE\n/)
    expect(byConfig.exitCode).toBe(0)
    const alone = await it.run(['explain', '-', ...ALONE, '--keys', 'keys.json', '--json'], {
      input: accessToken,
    })
    expect(alone).toMatchObject({ exitCode: 0, json: { active: true } })
    expect(alone.json['checks']).toContainEqual(
      expect.objectContaining({
        scope: 'token',
        found: 'active',
        result: 'not-revoked',
        decisive: false,
      }),
    )
  })

  test('a token that is revoked: the level that decides, since when and why', async () => {
    const it = await prepared()
    const { accessToken } = await login(it)
    await it.withTokenward((instance) =>
      instance.revoke({ subject: 'ada' }, { reason: 'lost phone\u001b[2J' }),
    )
    const run = await it.run(['explain', '-'], { input: accessToken })
    expect(run.exitCode).toBe(1)
    expect(run.out).toMatch(/^INACTIVE revoked \(subject\) 2\S+Z "lost phone\\u\{001b\}\[2J"\n/)
    expect(run.out).toMatch(/^ +subject +active +revoked +<- decisive 2\S+Z "lost phone/m)
  })

  test('a note reaches no terminal unescaped, and JSON gives it back as it was', async () => {
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

  test('rubbish is inactive, and not echoed', async () => {
    const it = await prepared()
    await login(it)
    const run = await it.run(['explain', '-', '--json'], { input: 'canary.rubbish' })
    expect(run).toMatchObject({
      exitCode: 1,
      json: { active: false, reason: 'malformed', asked: [] },
    })
  })

  test('targets, with a store alone', async () => {
    const it = await prepared()
    const { jti } = await login(it)
    expect(await it.run(['explain', '--jti', jti, ...ALONE, '--json'])).toMatchObject({
      exitCode: 0,
      json: { active: true },
    })
    expect(await it.run(['explain', '--jti', 'other', ...ALONE, '--json'])).toMatchObject({
      exitCode: 1,
      json: { reason: 'not-found' },
    })
    expect(await it.run(['explain', '--subject', 'ada', ...ALONE])).toMatchObject({
      exitCode: 0,
      out: 'NOT REVOKED\n  subject  absent,  says nothing\n',
    })
  })

  test('a denylist does not miss the record of a token', async () => {
    const it = await prepared()
    const { accessToken } = await it.withTokenward(
      (instance) => instance.issue({ subject: 'ada', client: 'web' }),
      { policy: 'denylist' },
    )
    const args = ['explain', '-', ...ALONE, '--keys', 'keys.json', '--json']
    const asked = async (policy: readonly string[]) =>
      (await it.run([...args, ...policy], { input: accessToken })).json
    expect(await asked([])).toMatchObject({ active: false, reason: 'not-found' })
    expect(await asked(['--policy', 'denylist'])).toMatchObject({ active: true })
  })
})

describe('revoke', () => {
  test('a user, first and again: what was active is refused from then on', async () => {
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
      ...ALONE,
    ])
    expect(run).toMatchObject({ exitCode: 0, err: '' })
    expect(run.out).toMatch(/^REVOKED subject: first, at 2\S+Z "lost phone" by support\n$/)
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
    const run = await it.run(['revoke', option, tokens[id], '--json'])
    expect(run).toMatchObject({
      exitCode: 0,
      json: { revoked: true, target, first: true, at: expect.any(Number) },
    })
    expect(await verify(it, tokens.accessToken)).toMatchObject({
      active: false,
      reason: 'revoked',
      decidedBy: target,
    })
    const again = await it.run(['revoke', option, tokens[id]])
    expect(again.out).toMatch(new RegExp(`^REVOKED ${target}: stood already, since`))
  })

  test('a record of a list', async () => {
    const it = await prepared()
    const { accessToken } = await login(it)
    const { json } = await it.run(['list', '--subject', 'ada', '--kind', 'session', '--json'])
    const { record } = (json as { items: { record: string }[] }).items[0] ?? { record: '' }
    expect((await it.run(['revoke', '--record', record, ...STORE])).exitCode).toBe(0)
    expect(await verify(it, accessToken)).toMatchObject({ active: false, decidedBy: 'session' })
  })

  test('a record that is not there is not revoked: exit 1', async () => {
    const it = await prepared()
    await login(it)
    const run = await it.run(['revoke', '--record', 'f'.repeat(64)])
    expect(run).toMatchObject({ exitCode: 1, out: 'NOT REVOKED absent\n' })
  })

  test('everything, and everything of an issuer', async () => {
    for (const [option, target] of [
      [['--everything', ...STORE], 'global'],
      [['--whole-issuer', ...ALONE], 'issuer'],
    ] as const) {
      const it = await prepared()
      const { accessToken } = await login(it)
      expect((await it.run(['revoke', ...option])).exitCode).toBe(0)
      expect(await verify(it, accessToken)).toMatchObject({ active: false, decidedBy: target })
    }
  })

  test('a token from standard input, alone or with its login', async () => {
    const it = await prepared()
    const { accessToken, refreshToken } = await login(it)
    const rotate = () => it.withTokenward((instance) => instance.rotate(refreshToken))
    const alone = await it.run(['revoke', '-', ...ALONE, '--keys', 'keys.json', '--json'], {
      input: accessToken,
    })
    expect(alone).toMatchObject({
      exitCode: 0,
      json: { revoked: true, target: 'token', first: true },
    })
    const cascading = await it.run(['revoke', '-', '--cascade', '--json'], { input: accessToken })
    expect(cascading).toMatchObject({ exitCode: 0, json: { revoked: true, target: 'session' } })
    expect(await rotate()).toMatchObject({ active: false, reason: 'revoked' })
    const rubbish = await it.run(['revoke', '-', '--json'], { input: `${accessToken}x` })
    expect(rubbish).toMatchObject({ exitCode: 1, json: { revoked: false, reason: 'signature' } })
  })

  test('access tokens alone, and what was issued before', async () => {
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
    // As time would: what nobody needs any more.
    const database = new DatabaseSync(it.path('tokens.db'))
    database.exec("UPDATE tokenward_records SET retain_until = 1 WHERE kind = 'token'")
    database.close()
    await login(it)
    return it
  }

  test('counts, deletes what it may, and then finds nothing', async () => {
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
