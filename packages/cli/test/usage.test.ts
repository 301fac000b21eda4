import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { CONFIG, ISSUER, project, STORE } from './support/project.ts'

const MEMORY = ['--store', 'memory:'] as const

describe('a usage error exits with 2 and prints nothing to stdout', () => {
  test.for([
    [[], /No command: use one of migrate, .*, help\. See: tokenward help$/m],
    [['canary'], /Unknown command\. Use one of migrate, .*, help\. See: tokenward help$/m],
    [['help', 'list', 'revoke'], /help takes one command/],
    [['list', '--sbject', 'ada'], /Unknown option --sbject\. See: tokenward help list$/m],
    [['list', '--everything'], /No store: add --store URL, or create a tokenward.config.ts here/],
    [['list', '--everything', '--store', 'canary://h'], /--store must be sqlite:FILE/],
    [['list', '--everything', '--store', 'a.db', '--config', 'a.ts'], /do not go together/],
    [['list', '--everything', '--config', 'a.ts'], /--config: file not found/],
    [['doctor', ...MEMORY, '--deadline', '10'], /--deadline must be a duration/],
    [['doctor', '--store', 'memory:', '--pepper-file', 'none'], /--pepper-file cannot be read/],
    [['revoke', '--subject', '', ...MEMORY], /--subject is empty/],
    [['revoke', '--issuer', ISSUER, ...MEMORY], /No target: add one of/],
    [
      ['revoke', '--subject', 'ada', '--before', 'soon', ...MEMORY],
      /--before must be an ISO 8601 time/,
    ],
    [['explain', '-', ...MEMORY], /add --keys/],
    [['doctor', '-', ...MEMORY], /omit --store\./],
    [['doctor', 'canary'], /takes a token only on stdin/],
    [['sessions', ...MEMORY], /--issuer is required with --store/],
    [['sessions', '--issuer', ISSUER, ...MEMORY], /No user: add --subject ID/],
    [['sessions', '--issuer', ISSUER, '--subject', 'ada', '--data', ...MEMORY], /--data needs/],
    [['erase', '--issuer', ISSUER, ...MEMORY], /No user: add --subject ID/],
    [['revoke', '--except', 's', '--client', 'web', ...MEMORY], /omit --client\./],
    [['revoke', '--except', 's', '--only', 'access', ...MEMORY], /omit --only\./],
    [['revoke', '-', '--except', 's', ...MEMORY], /--except goes with --subject alone\./],
    [['revoke', '--except', 's', '--issuer', ISSUER, ...MEMORY], /No user: add --subject ID/],
    [['list', '--everything', '--key-file', 'none', ...MEMORY], /--key-file cannot be read/],
    [['list', 'canary'], /list takes only options\. See: tokenward help list$/m],
  ] as const)('%j', async ([args, message]) => {
    const it = await project()
    const run = await it.run(args)
    expect(run.err).toMatch(message)
    expect(run).toMatchObject({ exitCode: 2, out: '' })
  })

  test('is JSON with --json', async () => {
    const it = await project()
    const { exitCode, json } = await it.run([
      'list',
      '--json',
      '--limit',
      '0',
      '--everything',
      ...MEMORY,
    ])
    expect(json).toMatchObject({
      error: { code: 'USAGE', retryable: false, message: expect.stringContaining('--limit') },
    })
    expect(exitCode).toBe(2)
  })

  test('options that a config sets cannot be used with it', async () => {
    const it = await project()
    it.write('tokenward.config.ts', CONFIG)
    for (const option of [
      ['--namespace', 'x'],
      ['--pepper-file', 'x'],
      ['--keys', 'x'],
      ['--policy', 'denylist'],
    ]) {
      const run = await it.run(['explain', '--subject', 'ada', ...option])
      expect(run).toMatchObject({
        exitCode: 2,
        err: expect.stringContaining(
          `${option[0]} cannot be used with a config file; set it there.`,
        ),
      })
    }
    expect(await it.run(['migrate', '--max-lifetime', '1d'])).toMatchObject({ exitCode: 2 })
    const sessions = await it.run(['sessions', '--subject', 'ada', '--issuer', ISSUER])
    expect(sessions.err).toContain('--issuer cannot be used with a config file')
  })

  test('a token needs keys and excludes target options', async () => {
    const it = await project()
    it.write('tokenward.config.ts', CONFIG)
    await it.run(['migrate', ...STORE])
    for (const [args, message] of [
      [['-', ...STORE], 'add --keys FILE'],
      [['-', ...STORE, '--keys', 'keys.json'], '--issuer URL'],
      [['-', '--subject', 'ada'], 'Do not combine a token on stdin with target options.'],
      [['-'], 'Stdin was empty'],
    ] as const) {
      const run = await it.run(['explain', ...args])
      expect(run).toMatchObject({ exitCode: 2, err: expect.stringContaining(message) })
    }
  })
})

test('a token in the arguments is refused and not printed', async () => {
  const it = await project()
  it.write('tokenward.config.ts', CONFIG)
  const { accessToken } = await it.withTokenward((instance) =>
    instance.issue({ subject: 'ada', client: 'web' }),
  )
  it.secrets.push(accessToken)
  for (const args of [
    ['explain', accessToken],
    ['revoke', '--jti', accessToken],
    [accessToken],
    ['explain', `--${accessToken}`],
  ]) {
    const run = await it.run(args)
    expect(run).toMatchObject({ exitCode: 2, out: '' })
    expect(run.err).toContain('Pass it on stdin')
  }
  expect(await it.withTokenward((instance) => instance.verify(accessToken))).toMatchObject({
    active: true,
  })
})

describe('help', () => {
  test('prints the overview, a command and the version', async () => {
    const it = await project()
    const overview = await it.run(['help'])
    expect(overview).toMatchObject({ exitCode: 0, err: '' })
    expect(overview.out).toContain('tokenward revoke')
    const one = await it.run(['help', 'revoke'])
    expect(one.out).toContain('--before TIME')
    expect((await it.run(['revoke', '--help'])).out).toBe(one.out)
    expect((await it.run(['--version'])).out).toBe(`${manifest.version}\n`)
  })
})

describe('output', () => {
  test('a closed pipe is no failure', async () => {
    const it = await project()
    await it.run(['migrate', ...STORE])
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
    const args = ['revoke', '--everything', '--reason', 'x', ...STORE]
    const child = spawn(process.execPath, [main, ...args], {
      cwd: it.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.stdout.destroy()
    const [exitCode] = await once(child, 'close')
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' })
    expect((await it.run(['explain', '--everything', ...STORE])).exitCode).toBe(1)
  })

  test('has no colors in a pipe', async () => {
    const it = await project()
    const run = await it.run(['help'], { environment: { TERM: 'xterm-256color' } })
    expect(run.out).not.toContain('\u001b')
  })
})
