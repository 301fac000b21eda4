import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { extract, install } from './support/packed.ts'
import { conformance, run, typeCheck } from './support/project.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** For a run of the suite, on a machine that may be busy. */
const SUITE_TIMEOUT_MS = 1_800_000
// Outside the workspace, with the packages as they would be published.
const folder = temporaryFolder()
const published = join(folder, 'published')
const main = join(published, 'dist/main.js')
const sql = join(folder, 'tokenward-kv')

/** Runs the command in a folder. */
function create(args: readonly string[], cwd: string = folder) {
  return run(process.execPath, [main, ...args], cwd)
}

let created: Awaited<ReturnType<typeof create>>

beforeAll(async () => {
  await extract('create-tokenward-adapter', published)
  // In the folder above the projects, where all of them find it.
  await install(folder)
  created = await create(['kv', '--template', 'sql'])
}, SUITE_TIMEOUT_MS)

function manifestOf(project: string): Record<string, Record<string, string>> {
  return JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
}

test('the command creates a project and prints the next steps', () => {
  const { exitCode, output } = created
  expect(exitCode, output).toBe(0)
  expect(output).toContain('Created in tokenward-kv:')
  expect(output).toContain('  cd tokenward-kv\n  npm install\n  npm test')
  for (const file of ['.gitignore', '.github/workflows/ci.yml', 'LICENSE', 'src/statements.ts']) {
    expect(output).toContain(`  ${file}\n`)
    expect(existsSync(join(sql, file)), file).toBe(true)
  }
  expect(readFileSync(join(sql, 'LICENSE'), 'utf8')).toMatch(
    /Copyright \(c\) 20\d\d the authors of tokenward-kv/,
  )
})

test('the project depends on ranges that every package manager resolves', () => {
  const { name, dependencies, devDependencies } = manifestOf(sql)
  expect(name).toBe('tokenward-kv')
  expect(Object.keys({ ...dependencies, ...devDependencies }).sort()).toEqual([
    '@tokenward/conformance',
    '@tokenward/core',
    '@types/node',
    'testcontainers',
    'typescript',
    'vite',
    'vitest',
  ])
  for (const range of Object.values({ ...dependencies, ...devDependencies })) {
    expect(range).toMatch(/^\^\d+\.\d+\.\d+$/)
  }
})

test('the SQL project type-checks, and its first failure is the first step', {
  timeout: SUITE_TIMEOUT_MS,
}, async () => {
  expect(await typeCheck(sql)).toBe('')
  const { exitCode, output, report } = await conformance(sql, 'tokenward-kv')
  expect(exitCode).toBe(1)
  expect(output).toContain('TODO 1 (see TODO.md): test/server.ts: set IMAGE, PORT')
  expect(new Set(report.cases.map(({ status }) => status))).toEqual(new Set(['not-run']))
})

test('the key-value project type-checks, and names the steps after the first one', {
  timeout: SUITE_TIMEOUT_MS,
}, async () => {
  const project = join(folder, 'key-value')
  await create(['kv', '--directory', 'key-value', '--server', 'process'])
  expect(manifestOf(project)['devDependencies']).not.toHaveProperty('testcontainers')
  expect(await typeCheck(project)).toBe('')
  // A server that runs, so that the adapter is next.
  cpSync(join(import.meta.dirname, 'solutions/map/test'), join(project, 'test'), {
    recursive: true,
  })
  const { report } = await conformance(project, 'key-value')
  const failed = report.cases.filter(({ status }) => status === 'failed')
  expect([...new Set(failed.map(({ reason }) => reason))]).toEqual([
    expect.stringContaining('TODO 2 (see TODO.md): src/client.ts'),
  ])
})

test('--dry-run writes nothing', async () => {
  const { exitCode, output } = await create(['dry', '--dry-run'])
  expect(exitCode).toBe(0)
  expect(output).toContain('Would create in tokenward-dry:\n  .github/workflows/ci.yml\n')
  expect(existsSync(join(folder, 'tokenward-dry'))).toBe(false)
})

test('--license chooses the license', async () => {
  await create(['apache', '--license', 'Apache-2.0'])
  expect(readFileSync(join(folder, 'tokenward-apache/LICENSE'), 'utf8')).toContain('Apache License')
  expect(manifestOf(join(folder, 'tokenward-apache'))['license']).toBe('Apache-2.0')
  await create(['secret', '--license', 'UNLICENSED'])
  expect(existsSync(join(folder, 'tokenward-secret/LICENSE'))).toBe(false)
})

test('--help prints the usage', async () => {
  const { exitCode, output } = await create(['--help'])
  expect(exitCode).toBe(0)
  expect(output).toMatch(/^Usage: npm create tokenward-adapter NAME/)
})

describe('nothing is written for', () => {
  test.for([
    [[], 'One NAME is needed'],
    [['one', 'two'], 'One NAME is needed'],
    [['../up'], 'the name of an adapter must be like etcd'],
    [['ok', '--template', 'graph'], '--template graph: must be one of key-value, sql.'],
    [['ok', '--server', 'cloud'], '--server cloud: must be one of container, process.'],
    [['ok', '--license', 'GPL'], '--license GPL: must be one of'],
    [['ok', '--nope'], "Unknown option '--nope'"],
  ] as const)('%j', async ([args, message]) => {
    const empty = join(folder, 'empty')
    mkdirSync(empty, { recursive: true })
    const { exitCode, output } = await create(args, empty)
    expect(exitCode).toBe(2)
    expect(output).toContain(message)
    expect(existsSync(join(empty, 'tokenward-ok'))).toBe(false)
  })
})

test('a folder with files is refused and not changed; one with a new repository is not', async () => {
  const taken = join(folder, 'taken')
  mkdirSync(join(taken, '.git'), { recursive: true })
  writeFileSync(join(taken, 'package.json'), 'mine')
  const { exitCode, output } = await create(['kv', '--directory', '.'], taken)
  expect(exitCode).toBe(2)
  expect(output).toContain('has files (package.json): nothing was changed')
  expect(readFileSync(join(taken, 'package.json'), 'utf8')).toBe('mine')
  renameSync(join(taken, 'package.json'), join(folder, 'aside'))
  expect((await create(['kv', '--directory', '.'], taken)).exitCode).toBe(0)
})
