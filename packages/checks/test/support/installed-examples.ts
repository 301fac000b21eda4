import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { packagesFolder, repositoryRoot } from '../../src/paths.ts'
import type { Manifest } from '../../src/workspace-packages.ts'
import { pack } from './pack.ts'
import { type Finished, run } from './run.ts'

export const examplesFolder: string = join(repositoryRoot, 'docs/examples')

/** A package of this workspace: the runner type-checks and tests it with the others. */
const ADAPTER = 'etcd-adapter'

/** The folders of the example applications. */
export const exampleNames: readonly string[] = globSync('*/package.json', { cwd: examplesFolder })
  .map(dirname)
  .filter((name) => name !== ADAPTER)
  .sort()

/** The packages of this repository that examples may use. */
const PACKAGES = ['core', 'http', 'sqlite']

/** What a reader who has run an example has in its folder. */
const LEFT_BEHIND = ['node_modules', 'dist', 'data', '.next', 'package-lock.json']

/** For an installation or a build, in ms. The limits only end what hangs. */
const LONG_RUN_TIMEOUT_MS = 1_500_000
/** For the test that waits for one, so that its failure shows the output. In ms. */
export const LONG_TIMEOUT_MS = 1_800_000

export function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(examplesFolder, name, 'package.json'), 'utf8')) as Manifest
}

/**
 * Installs all examples at once with the packages as they would be published. Each one has only what its own
 * manifest names.
 */
export async function installExamples(folder: string, tarballs: string): Promise<void> {
  const overrides: Record<string, string> = {}
  for (const name of PACKAGES) {
    const { path } = await pack(join(packagesFolder, name), tarballs)
    overrides[`@tokenward/${name}`] = `file:${path}`
  }
  for (const name of exampleNames) {
    cpSync(join(examplesFolder, name), join(folder, name), {
      recursive: true,
      filter: (source) => !LEFT_BEHIND.includes(basename(source)),
    })
    waitLonger(join(folder, name))
  }
  const settings = { packages: exampleNames, overrides, allowBuilds: { sharp: false } }
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify(settings))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const parameters = ['install', '--prefer-offline', '--no-frozen-lockfile']
  const installed = await run('pnpm', parameters, folder, {}, LONG_RUN_TIMEOUT_MS)
  if (installed.exitCode !== 0) throw new Error(installed.output)
}

/** Gives the calls of an example more time than the second of the default, which a busy machine may need. */
function waitLonger(folder: string): void {
  const files = globSync('**/tokens{,.module}.ts', { cwd: folder })
  const changed = files.filter((file) => {
    const code = readFileSync(join(folder, file), 'utf8')
    const patient = code.replace('createTokenward({', "createTokenward({ deadline: '1m',")
    if (patient === code) return false
    writeFileSync(join(folder, file), patient)
    return true
  })
  if (changed.length !== 1) throw new Error(`${folder} calls createTokenward in: ${changed.join()}`)
}

/** Runs a script of an example with what npm adds to `PATH`. */
export function runScript(folder: string, name: 'check' | 'prestart'): Promise<Finished> {
  const script = manifestOf(basename(folder)).scripts?.[name] ?? 'true'
  return run('sh', ['-c', script], folder, scriptEnvironment(folder), LONG_RUN_TIMEOUT_MS)
}

export function scriptEnvironment(folder: string): Readonly<Record<string, string>> {
  const path = [join(folder, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']]
  return { PATH: path.join(delimiter), NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
}
