import { readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CONFIG, ISSUER, project, STORE } from './support/project.ts'
import { asApplication, NEW_KEY, OLD_KEY, sealedProject } from './support/sealed-project.ts'

const inAnHour = Math.ceil(Date.now() / 1_000) + 3_600
const FROM_URL = [...STORE, '--issuer', ISSUER]

test('from stdin into SQLite, and out again in the same format', async () => {
  const it = await sealedProject()
  await it.run(['migrate'])
  const lines = [`{"jti":"a","exp":${inAnHour},"reason":"stolen"}`, '{"jti":5}', '{"jti":"b"}']
  const input = `${lines.join('\r\n')}\r\n`
  const run = await it.run(['import', ...OLD_KEY, '--rejected', 'bad.jsonl'], { input })
  expect(run).toMatchObject({
    exitCode: 1,
    out: 'imported 3 lines: 2 revoked, 1 cannot be imported\n',
    err: expect.stringMatching(/^line 2: 'jti' must be a well-formed string/m),
  })
  expect(readFileSync(it.path('bad.jsonl'), 'utf8')).toBe('{"jti":5}\n')
  const printed = await it.run(['export', ...OLD_KEY])
  expect(printed).toMatchObject({
    exitCode: 0,
    err: expect.stringMatching(/^exported 2 revocations and 0 sessions of 2 records$/m),
  })
  expect(printed.out).toMatch(/^\{"jti":"b","exp":\d+\}$/m)
  expect(printed.out).toMatch(/^\{"jti":"a","exp":\d+,"reason":"stolen"\}$/m)
  it.write('again.jsonl', printed.out)
  const again = await it.run(['import', '--file', 'again.jsonl', '--json', ...OLD_KEY])
  expect(again.json).toMatchObject({ lines: 2, revoked: 0, alreadyRevoked: 2, bad: [] })
  const unnamed = await it.run(['export', '--out', 'all.jsonl', '--json', ...NEW_KEY])
  expect(unnamed.json).toMatchObject({ interrupted: false, revocations: 2, unnamed: 2 })
  expect(statSync(it.path('all.jsonl')).mode & 0o777).toBe(0o600)
})

test('sessions are started once, and their refresh tokens are in a file', async () => {
  const it = await sealedProject()
  await it.run(['migrate'])
  it.write('sessions.jsonl', '{"type":"session","session":"old","subject":"ada","client":"web"}\n')
  const args = ['import', '--file', 'sessions.jsonl']
  expect((await it.run(args)).err).toMatch(/^line 1: is a session: add --tokens FILE/m)
  const started = await it.run([...args, '--tokens', 'tokens.jsonl', '--json'])
  expect(started.json).toMatchObject({ sessions: 1, bad: [] })
  const repeated = await it.run([...args, '--tokens', 'tokens.jsonl', '--json'])
  expect(repeated.json).toMatchObject({ sessions: 0, alreadyImported: 1 })
  const [line = '', ...rest] = readFileSync(it.path('tokens.jsonl'), 'utf8').trim().split('\n')
  expect(rest).toEqual([])
  const { from, session, refreshToken } = JSON.parse(line)
  expect(from).toBe('old')
  const rotated = await asApplication(it, it.sealing.old, (tokens) => tokens.rotate(refreshToken))
  expect(rotated).toMatchObject({ active: true, session })
})

test('what is refused', async () => {
  const it = await project()
  for (const [args, message] of [
    [['import', 'FILE'], /import reads stdin or --file FILE/],
    [['import', ...STORE], /--issuer is required with --store/],
    [['import', '--tokens', 'a', ...FROM_URL], /--tokens needs a config/],
    [['export', '--json', ...FROM_URL], /--json goes with --out FILE/],
  ] as const) {
    const run = await it.run(args)
    expect(run.err).toMatch(message)
    expect(run).toMatchObject({ exitCode: 2 })
  }
})

test('a store that cannot list is not exported, and no file is created', async () => {
  const it = await project()
  it.write(
    'tokenward.config.ts',
    `import { prepare } from '@tokenward/core'
import { memory } from '@tokenward/memory'
${CONFIG.replace('export default options', '')}
const base = memory()
const capabilities = { ...base.capabilities, listing: false }
const repository = new Proxy(base, {
  get: (of, name) => {
    if (name === 'list') return undefined
    if (name === 'capabilities') return capabilities
    const value = Reflect.get(of, name)
    return typeof value === 'function' ? value.bind(of) : value
  },
})
const unlisted = { ...options, repository }
await prepare(unlisted)
export default unlisted`,
  )
  const run = await it.run(['export', '--out', 'all.jsonl'])
  expect(run).toMatchObject({ exitCode: 2, out: '' })
  expect(run.err).toContain('cannot list')
  expect(() => statSync(it.path('all.jsonl'))).toThrow('ENOENT')
})
