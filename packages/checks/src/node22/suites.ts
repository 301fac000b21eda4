import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { x } from 'tinyexec'
import { packagesFolder, repositoryRoot } from '../paths.ts'

/** Node 22 is installed as `node22`, because `node` is the version that runs the repository. */
export const node22: string = join(repositoryRoot, 'node_modules/node22/bin/node')
const built = resolve(import.meta.dirname, 'built.ts')

export interface Finished {
  readonly exitCode: number | undefined
  readonly output: string
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Ends the run when it is aborted. */
  readonly signal?: AbortSignal
}

export interface SuiteOptions extends Pick<RunOptions, 'signal'> {
  /** Each case runs once in so many runs: little depends on the version of Node. */
  readonly sample?: number
}

/** Runs a module under Node 22 with the built packages. */
export async function runBuilt(
  moduleArguments: readonly string[],
  { environment = {}, signal }: RunOptions = {},
): Promise<Finished> {
  const { exitCode, stdout, stderr } = await x(node22, ['--import', built, ...moduleArguments], {
    ...(signal && { signal }),
    nodeOptions: {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      // NODE_OPTIONS may have been set for the test runner that started this one.
      env: { ...environment, NODE_OPTIONS: '' },
    },
  })
  return { exitCode, output: `${stdout}${stderr}` }
}

/** Runs the suite of an adapter and writes its report to the folder `reports`. */
export function runSuite(
  adapter: string,
  reports: string,
  { sample, ...options }: SuiteOptions = {},
): Promise<Finished> {
  const suite = join(packagesFolder, adapter, 'test/conformance.test.ts')
  const environment = {
    TOKENWARD_REPORTS: reports,
    ...(sample !== undefined && { TOKENWARD_SAMPLE: `${sample}` }),
  }
  return runBuilt(['--test-reporter=tap', suite], { environment, ...options })
}

/** The version of a tool that is installed at the root of the repository. */
export function installedVersion(name: string): string {
  const manifest = join(repositoryRoot, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
