import { describe, expect, test } from 'vitest'
import { CONFIG, ISSUER, installFake, project, STORE } from './support/project.ts'

const BODY = `{ issuer: '${ISSUER}', keys: JSON.parse(readFileSync('keys.json', 'utf8')).keys, repository: memory() }`
const HEAD = `import { readFileSync } from 'node:fs'\nimport { memory } from '@tokenward/memory'\n`

describe('a config file', () => {
  test.for([
    ['tokenward.config.ts', `export default (): object => (${BODY})`],
    ['tokenward.config.mjs', `export default async () => (${BODY})`],
    ['tokenward.config.js', `export default Promise.resolve(${BODY})`],
  ] as const)('%s', async ([name, code]) => {
    const it = await project()
    it.write(name, `${HEAD}${code}`)
    const run = await it.run(['migrate', '--json'])
    expect(run).toMatchObject({ exitCode: 0, err: '', json: { adapter: 'memory', root: 'made' } })
  })

  test('is named by --config', async () => {
    const it = await project()
    it.write('ops/production.ts', CONFIG)
    const run = await it.run(['migrate', '--config', 'ops/production.ts', '--json'])
    expect(run).toMatchObject({ exitCode: 0, json: { adapter: 'sqlite' } })
  })

  test.for([
    ['export default 1', 'the default export must be TokenwardOptions'],
    ['export const options = 1', 'the default export must be TokenwardOptions'],
    ["import '@tokenward/nothing'", "Cannot find package '@tokenward/nothing'"],
    ["export default () => Promise.reject(new Error('oops'))", 'caused by: oops'],
    ["throw new Error('postgres://u:canary@h is not set')", 'postgres://u:***@h is not set'],
  ] as const)('%s is a usage error', async ([code, message]) => {
    const it = await project()
    it.write('tokenward.config.ts', code)
    const run = await it.run(['doctor'])
    expect(run).toMatchObject({ exitCode: 2, out: '' })
    expect(run.err).toContain(message)
  })

  test('that leaves a client open does not keep the process running', async () => {
    const it = await project()
    it.write('tokenward.config.ts', `${CONFIG}\nsetInterval(() => undefined, 1000)`)
    expect((await it.run(['migrate'])).exitCode).toBe(0)
  })

  test('that never resolves means unavailable', async () => {
    const it = await project()
    it.write('tokenward.config.ts', 'export default new Promise(() => undefined)')
    const run = await it.run(['doctor'])
    expect(run).toMatchObject({ exitCode: 3, out: '' })
    expect(run.err).toContain('tokenward: exited before the command finished (event loop empty).')
  })

  test('that throws asynchronously means unavailable', async () => {
    const it = await project()
    it.write(
      'tokenward.config.ts',
      `process.nextTick(() => { throw new Error('oops') })
export default new Promise(() => setTimeout(() => undefined, 60_000))`,
    )
    expect(await it.run(['doctor'])).toMatchObject({
      exitCode: 3,
      out: '',
      err: expect.stringContaining('oops'),
    })
  })
})

describe('--store URL', () => {
  test('names a missing driver of the adapter', async () => {
    const it = await project()
    installFake(it, 'redis', 'return 0 }\nimport "ioredis"\n{')
    const run = await it.run(['doctor', '--store', 'redis://h'])
    expect(run).toMatchObject({ exitCode: 2 })
    expect(run.err).toContain('npm install ioredis')
  })

  test('passes the URL and the namespace to the adapter of the project', async () => {
    const it = await project()
    installFake(
      it,
      'redis',
      `
      if (address !== 'redis://h:1/2') throw new Error('wrong address')
      return memory(options)`,
    )
    const args = ['migrate', '--store', 'redis://h:1/2', '--namespace', 'ours', '--json']
    expect(await it.run(args)).toMatchObject({ exitCode: 0, json: { adapter: 'memory' } })
    const doctor = await it.run(['doctor', '--store', 'redis://h:1/2', '--namespace', 'ours'])
    expect(doctor.out).toContain('namespace ours')
  })

  test('prints the comments of an adapter, and does not count them as statements', async () => {
    const it = await project()
    installFake(
      it,
      'redis',
      `
      const repository = memory(options)
      repository.migrate = async () => ['CREATE x', '-- Grants:\\n-- GRANT x TO y']
      return repository`,
    )
    const run = await it.run(['migrate', '--store', 'redis://h', '--dry-run'])
    expect(run.out).toMatch(
      /^CREATE x;\n-- Grants:\n-- GRANT x TO y\n-- memory: .* 1 statement to apply;/,
    )
  })

  test('doctor reports all findings of the adapter', async () => {
    const it = await project()
    installFake(
      it,
      'redis',
      `
      const repository = memory(options)
      repository.open = async () => [
        { code: 'no-aof', message: 'aof_enabled:0', fix: 'appendonly yes', downgrades: { durability: 'reverting' } },
        { code: 'slow', message: 'commands take long', fix: 'another machine' },
      ]
      return repository`,
    )
    const run = await it.run(['doctor', '--store', 'redis://h'])
    expect(run.exitCode).toBe(1)
    expect(run.out).toContain('✗ no-aof: aof_enabled:0\n  fix: appendonly yes\n')
    expect(run.out).toContain('✗ slow: commands take long\n  fix: another machine\n')
    const other = await it.run(['list', '--everything', '--store', 'redis://h', '--json'])
    expect(other).toMatchObject({
      exitCode: 2,
      json: { error: { code: 'TOKENWARD_POLICY_REFUSED', findings: [{ code: 'no-aof' }] } },
    })
  })

  test('a store that cannot be reached is unavailable, and its password is not printed', async () => {
    const it = await project()
    installFake(
      it,
      'redis',
      `
      const repository = memory(options)
      const { password } = new URL(address)
      repository.open = async () => {
        throw new Error('refused: ' + address, { cause: new Error('auth with ' + decodeURIComponent(password)) })
      }
      return repository`,
    )
    for (const command of ['doctor', 'migrate', 'prune']) {
      const run = await it.run([command, '--store', 'redis://u:canary%2Fpass@h:1'])
      expect(run).toMatchObject({ exitCode: 3, out: '' })
      expect(run.err).toContain('TOKENWARD_STORE_UNAVAILABLE')
      expect(run.err).toContain('caused by: refused: redis://u:***@h:1')
      expect(run.err).toContain('caused by: auth with ***')
    }
  })

  test('a store that does not reply is unavailable after the deadline', async () => {
    const it = await project()
    installFake(
      it,
      'redis',
      `
      const repository = memory(options)
      repository.read = () => new Promise(() => undefined)
      return repository`,
    )
    const run = await it.run(['doctor', '--store', 'redis://h', '--deadline', '50ms', '--json'])
    expect(run).toMatchObject({
      exitCode: 3,
      json: { error: { code: 'TOKENWARD_STORE_UNAVAILABLE', retryable: true } },
    })
  })

  test('--deadline applies to the store and overrides the config', async () => {
    const it = await project()
    it.write('tokenward.config.ts', CONFIG)
    for (const store of [['--store', 'memory:'], []]) {
      const run = await it.run(['doctor', '--deadline', '0ms', '--json', ...store])
      expect(run).toMatchObject({
        exitCode: 2,
        json: { error: { message: expect.stringMatching(/^deadline: must be a duration/) } },
      })
    }
  })

  test('a store that does not close does not lose the result', async () => {
    const it = await project()
    it.write(
      'tokenward.config.ts',
      `${CONFIG}
let opened = 0
const { open, close } = options.repository
options.repository.open = async () => { opened += 1; return open.call(options.repository) }
// Only the second close, of the command itself, hangs.
options.repository.close = () => opened < 2 ? close.call(options.repository) : new Promise(() => undefined)`,
    )
    await it.run(['migrate', ...STORE])
    expect(await it.run(['prune'])).toMatchObject({ exitCode: 0, out: 'deleted 0\n' })
  })
})
