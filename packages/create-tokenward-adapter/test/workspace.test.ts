import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { namesOf } from '../src/names.ts'
import { createWorkspaceAdapter } from '../workspace/create-workspace-adapter.ts'
import { conformance, run, typeCheck } from './support/project.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** For a whole suite, on a machine that may be busy. */
const SUITE_TIMEOUT_MS = 1_800_000
const own = resolve(import.meta.dirname, '..')
const repository = resolve(own, '../..')

/** A new adapter in a minimal copy of the repository. */
function newAdapter(name: string, template: string): string {
  const root = temporaryFolder()
  const packages = join(root, 'packages')
  mkdirSync(packages)
  createWorkspaceAdapter(name, template, packages)
  symlinkSync(join(repository, 'packages/config'), join(packages, 'config'))
  symlinkSync(join(own, 'node_modules'), join(packages, name, 'node_modules'))
  for (const file of ['.biome.json', '.gitignore']) {
    cpSync(join(repository, file), join(root, file))
  }
  return join(packages, name)
}

// Names of other lengths break other lines, so the formatter and the compiler see both.
describe.for([
  ['kv', 'key-value'],
  ['a-long-name-16ch', 'sql'],
] as const)('a new adapter %s with the template %s', ([name, template]) => {
  test('is linted, formatted and type-checked', async () => {
    const folder = newAdapter(name, template)
    const { exitCode, output } = await run('biome', ['ci', '--colors=off', '.'], folder)
    expect(exitCode, output).toBe(0)
    expect(await typeCheck(folder)).toBe('')
  })

  test('has its name everywhere, and the specifiers of the workspace', () => {
    const folder = newAdapter(name, template)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /^(?!node_modules).*\.\w+$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
    expect(files.join()).not.toMatch(/my-?store/i)
    const { camel, pascal } = namesOf(name)
    expect(files.join()).toContain(`function ${camel}(`)
    expect(files.join()).toContain(`class ${pascal}Repository`)
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: `@tokenward/${name}`,
      dependencies: { '@tokenward/core': 'workspace:^' },
      devDependencies: { vitest: 'catalog:' },
      scripts: { prepack: 'node ../config/prepack/pnpm-only.ts' },
    })
  })
})

test('every case passes with a map in place of the server', {
  timeout: SUITE_TIMEOUT_MS,
}, async () => {
  const folder = newAdapter('kv', 'key-value')
  cpSync(join(import.meta.dirname, 'solutions/map'), folder, { recursive: true })
  expect(await typeCheck(folder)).toBe('')
  const { report } = await conformance(folder, 'kv')
  expect(report.cases.filter(({ status }) => status === 'failed')).toEqual([])
  expect(report.cases.filter(({ status }) => status === 'passed').length).toBeGreaterThan(40)
})

test('the test file has at most 15 lines', () => {
  const file = readFileSync(join(newAdapter('etcd', 'sql'), 'test/conformance.test.ts'), 'utf8')
  expect(file.split('\n').length).toBeLessThanOrEqual(15)
})

describe('an invalid name is refused, and nothing is written', () => {
  const names = ['', 'Etcd', 'my_store', '-a', 'a-', 'a--b', '1st', '../a', 'a/b', 'new', 'await']
  test.for([...names, 'a'.repeat(17)])('%j', (name) => {
    const packages = temporaryFolder()
    expect(() => createWorkspaceAdapter(name, 'sql', packages)).toThrow(
      expect.objectContaining({ code: 'INVALID_NAME' }),
    )
    expect(readdirSync(packages)).toEqual([])
  })
})

test('an existing folder and an unknown template are refused', () => {
  const packages = temporaryFolder()
  mkdirSync(join(packages, 'etcd'))
  expect(() => createWorkspaceAdapter('etcd', 'sql', packages)).toThrow('exists: nothing')
  expect(readdirSync(join(packages, 'etcd'))).toEqual([])
  expect(() => createWorkspaceAdapter('other', 'graph', packages)).toThrow('key-value, sql')
  expect(existsSync(join(packages, 'other'))).toBe(false)
})

describe('the script of the repository', () => {
  const main = resolve(own, 'workspace/main.ts')

  test('creates the adapter and prints the next steps', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'packages'))
    const { exitCode, output } = await run(process.execPath, [main, 'etcd', 'sql'], root)
    expect(exitCode).toBe(0)
    expect(output).toContain('npx -y pnpm@12 exec turbo run test --filter=@tokenward/etcd')
    expect(existsSync(join(root, 'packages/etcd/src/statements.ts'))).toBe(true)
  })

  test.for([[], ['one', 'sql', 'three'], ['../up']])('refuses %j', async (names) => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'packages'))
    expect((await run(process.execPath, [main, ...names], root)).exitCode).toBe(2)
    expect(readdirSync(join(root, 'packages'))).toEqual([])
  })

  test('refuses a folder that is not the root of the repository', async () => {
    expect((await run(process.execPath, [main, 'etcd'], temporaryFolder())).exitCode).toBe(2)
  })
})
