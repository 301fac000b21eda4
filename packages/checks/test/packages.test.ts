import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, test } from 'vitest'
import { listPackages, type Manifest } from '../src/workspace-packages.ts'
import type { Tarball } from './support/pack.ts'
import { pack } from './support/pack.ts'
import { run } from './support/run.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const destination = temporaryFolder()
const published = listPackages().filter((each) => each.published)

describe.for(published.map((each) => [each.manifest.name, each] as const))('%s', ([, each]) => {
  let tarball: Tarball
  beforeAll(async () => {
    tarball = await pack(each.directory, destination)
  })

  test('contains its code, sources, types, documentation and license', () => {
    expect(tarball.files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/index.d.ts',
        'dist/index.js',
        'package.json',
        'src/index.ts',
      ]),
    )
    expect(tarball.files.filter((file) => file.startsWith('test/'))).toEqual([])
  })

  test('has only version ranges that every package manager resolves', async () => {
    const extracted = await run('tar', ['-xOf', tarball.path, 'package/package.json'], destination)
    const { dependencies, peerDependencies } = JSON.parse(extracted.stdout) as Manifest
    const ranges = Object.entries({ ...dependencies, ...peerDependencies })
    expect(ranges.filter(([, range]) => !/^\^\d/.test(range))).toEqual([])
  })

  test('cannot be packed by npm, even if pnpm started npm', async () => {
    for (const npm_config_user_agent of [undefined, 'pnpm/12.0.0 npm/? node/? linux x64']) {
      const environment = { npm_config_user_agent, npm_execpath: undefined }
      const refused = await run('npm', ['pack', '--dry-run'], each.directory, environment)
      expect(refused.exitCode, refused.output).not.toBe(0)
      expect(refused.output).toContain('Only pnpm can pack and publish this package')
    }
  })

  test('passes publint', async () => {
    const contents = readFileSync(tarball.path)
    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: new Uint8Array(contents).buffer },
    })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test('has types that resolve for every ESM consumer', async () => {
    const attw = resolve(import.meta.dirname, '../node_modules/@arethetypeswrong/cli/dist/index.js')
    const checked = await run(
      process.execPath,
      [attw, tarball.path, '--profile', 'esm-only', '--no-color', '--no-emoji'],
      destination,
    )
    expect(checked.exitCode, checked.output).toBe(0)
  })
})
