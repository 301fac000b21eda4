import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { packagesFolder } from '../src/paths.ts'
import { typescriptBlocks } from './support/code-blocks.ts'
import { pack } from './support/pack.ts'
import { run } from './support/run.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { typeCheck } from './support/type-check.ts'

const tarballs = temporaryFolder()
const project = temporaryFolder()

/** The version that the repository uses, which is in pnpm's store already. */
function installedVersion(name: string): string {
  const manifest = resolve(import.meta.dirname, '../node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

async function writeProject(): Promise<void> {
  const tokenward: Record<string, string> = {}
  for (const folder of ['core', 'memory', 'sqlite']) {
    const { path } = await pack(join(packagesFolder, folder), tarballs)
    tokenward[`@tokenward/${folder}`] = `file:${path}`
  }
  const tools = ['typescript', '@types/node'].map((name) => [name, installedVersion(name)] as const)
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...tokenward, ...Object.fromEntries(tools) },
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  // The adapters depend on a published core; the override is the one that was just packed.
  writeFileSync(join(project, 'pnpm-workspace.yaml'), JSON.stringify({ overrides: tokenward }))
  writeFileSync(join(project, 'quickstart.ts'), typescriptBlocks('README.md')[0]?.code ?? '')
}

beforeAll(async () => {
  await writeProject()
  const installed = await run(
    'pnpm',
    ['install', '--prefer-offline', '--no-frozen-lockfile'],
    project,
  )
  expect(installed.exitCode, installed.output).toBe(0)
})

test('the quick start of the README type-checks with the packed packages', async () => {
  expect(await typeCheck(project)).toEqual([])
})

test('the quick start of the README prints what its comments say', async () => {
  const { exitCode, output } = await run(process.execPath, ['quickstart.ts'], project)
  expect(exitCode, output).toBe(0)
  expect(output).toContain('hello ada')
  expect(output).toContain('revoked')
})
