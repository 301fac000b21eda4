import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { CONFIG, ISSUER, project, STORE } from './support/project.ts'

const MEMORY = ['--store', 'memory:'] as const

describe('usage errors say what to do: exit 2, nothing on stdout', () => {
  test.for([
    [[], /A command is needed, one of: migrate, .*tokenward help$/m],
    [['canary'], /A command is needed/],
    [['list', '--sbject', 'ada'], /Unknown option --sbject\. See: tokenward help list$/m],
    [['list', '--everything'], /Add --store URL, or write a tokenward.config.ts here/],
    [['list', '--everything', '--store', 'canary://h'], /--store must be sqlite:FILE/],
    [['list', '--everything', '--store', 'a.db', '--config', 'a.ts'], /one of them/],
    [['list', '--everything', '--config', 'a.ts'], /--config: there is no such file/],
    [['doctor', ...MEMORY, '--deadline', '10'], /--deadline must be a duration/],
    [['doctor', '--store', 'memory:', '--pepper-file', 'none'], /--pepper-file cannot be read/],
    [['revoke', '--subject', '', ...MEMORY], /--subject is empty/],
    [['revoke', '--issuer', ISSUER, ...MEMORY], /Of what\?/],
    [['revoke', '--subject', 'ada', '--before', 'soon', ...MEMORY], /--before must be an instant/],
    [['explain', '-', ...MEMORY], /add --keys/],
    [['list', 'canary'], /list takes options alone/],
  ] as const)('%j', async ([args, message]) => {
    const it = await project()
    const run = await it.run(args)
    expect(run.err).toMatch(message)
    expect(run).toMatchObject({ exitCode: 2, out: '' })
  })

  test('with --json as JSON', async () => {
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

  test('what the config says is not said again', async () => {
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
        err: expect.stringContaining(`${option[0]} goes with --store`),
      })
    }
    expect(await it.run(['migrate', '--max-lifetime', '1d'])).toMatchObject({ exitCode: 2 })
  })

  test('a token needs keys, and no target beside it', async () => {
    const it = await project()
    it.write('tokenward.config.ts', CONFIG)
    await it.run(['migrate', ...STORE])
    for (const [args, message] of [
      [['-', ...STORE], 'add --keys FILE'],
      [['-', ...STORE, '--keys', 'keys.json'], '--issuer URL'],
      [['-', '--subject', 'ada'], 'leave the options of a target out'],
      [['-'], 'Standard input was empty'],
    ] as const) {
      const run = await it.run(['explain', ...args])
      expect(run).toMatchObject({ exitCode: 2, err: expect.stringContaining(message) })
    }
  })
})

test('a token among the arguments is refused and not echoed', async () => {
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
    expect(run.err).toContain('by standard input')
  }
  expect(await it.withTokenward((instance) => instance.verify(accessToken))).toMatchObject({
    active: true,
  })
})

describe('help', () => {
  test('of all, of one, and the version', async () => {
    const it = await project()
    const overview = await it.run(['help'])
    expect(overview).toMatchObject({ exitCode: 0, err: '' })
    expect(overview.out).toContain('tokenward revoke')
    const one = await it.run(['help', 'revoke'])
    expect(one.out).toContain('--before INSTANT')
    expect((await it.run(['revoke', '--help'])).out).toBe(one.out)
    expect((await it.run(['--version'])).out).toBe(`${manifest.version}\n`)
  })
})

describe('output', () => {
  test('a reader that goes away does no harm to the work', async () => {
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

  test('has no colours in a pipe', async () => {
    const it = await project()
    const run = await it.run(['help'], { environment: { TERM: 'xterm-256color' } })
    expect(run.out).not.toContain('\u001b')
  })
})
