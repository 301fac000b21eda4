import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { x } from 'tinyexec'
import { describe, expect, test } from 'vitest'
import { createAdapter } from '../src/create-adapter.ts'
import { temporaryFolder } from './support.ts'

test('the files are those of the memory adapter', () => {
  const memory = resolve(import.meta.dirname, '../../memory')
  const files = createAdapter('etcd', temporaryFolder())
  const missing = files.filter((file) => !existsSync(join(memory, file)))
  expect(missing).toEqual([])
  expect(files.filter((file) => file.startsWith('src/'))).toHaveLength(
    readdirSync(join(memory, 'src')).length,
  )
})

test('the name of the template is replaced everywhere', () => {
  const packages = temporaryFolder()
  const files = createAdapter('new-store2', packages)
  const text = files.map((file) => readFileSync(join(packages, 'new-store2', file), 'utf8')).join()
  expect(text).not.toMatch(/my-?store/i)
  for (const name of [
    '@tokenward/new-store2',
    'function newStore2(',
    'class NewStore2Repository',
  ]) {
    expect(text).toContain(name)
  }
})

test('the test file has at most 15 lines', () => {
  const packages = temporaryFolder()
  createAdapter('etcd', packages)
  const file = readFileSync(join(packages, 'etcd/test/conformance.test.ts'), 'utf8')
  expect(file.split('\n').length).toBeLessThanOrEqual(15)
})

describe('an invalid name is refused, and nothing is written', () => {
  const names = ['', 'Etcd', 'my_store', '-a', 'a-', 'a--b', '1st', '../a', 'a/b', 'new', 'await']
  test.for([...names, 'a'.repeat(17)])('%j', (name) => {
    const packages = temporaryFolder()
    expect(() => createAdapter(name, packages)).toThrow(RangeError)
    expect(readdirSync(packages)).toEqual([])
  })
})

test('an existing folder is refused, and not changed', () => {
  const packages = temporaryFolder()
  createAdapter('etcd', packages)
  const before = readFileSync(join(packages, 'etcd/package.json'), 'utf8')
  expect(() => createAdapter('etcd', packages)).toThrow('exists')
  expect(readFileSync(join(packages, 'etcd/package.json'), 'utf8')).toBe(before)
})

describe('the command', () => {
  const main = resolve(import.meta.dirname, '../src/main.ts')
  function command(folder: string, ...names: string[]) {
    return x(process.execPath, [main, ...names], { nodeOptions: { cwd: folder } })
  }

  test('creates the adapter and prints the next steps', async () => {
    const repository = temporaryFolder()
    mkdirSync(join(repository, 'packages'))
    const { exitCode, stdout } = await command(repository, 'etcd')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('npx -y pnpm@12 exec turbo run test --filter=@tokenward/etcd')
    expect(existsSync(join(repository, 'packages/etcd/src/repository.ts'))).toBe(true)
  })

  test.for([[], ['one', 'two'], ['../up']])('refuses %j', async (names) => {
    const repository = temporaryFolder()
    mkdirSync(join(repository, 'packages'))
    expect((await command(repository, ...names)).exitCode).toBe(2)
    expect(readdirSync(join(repository, 'packages'))).toEqual([])
  })

  test('refuses a folder that is not the root of the repository', async () => {
    expect((await command(temporaryFolder(), 'etcd')).exitCode).toBe(2)
  })
})
