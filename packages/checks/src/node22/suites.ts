import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cases } from '@tokenward/conformance'
import { x } from 'tinyexec'
import { packagesFolder, repositoryRoot } from '../paths.ts'

/** A dependency like any other, under a name that leaves `node` to the version that is pinned. */
export const node22: string = join(repositoryRoot, 'node_modules/node22/bin/node')
const built = resolve(import.meta.dirname, 'built.ts')

export interface Finished {
  readonly exitCode: number | undefined
  readonly output: string
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Ends the run when it is no longer waited for. */
  readonly signal?: AbortSignal
}

export interface SuiteOptions extends Pick<RunOptions, 'signal'> {
  /** Leave out the cases that repeat themselves: races have little to do with versions. */
  readonly once?: boolean
}

/** Runs a module under Node 22, on packages as they were built. */
export async function runBuilt(
  moduleArguments: readonly string[],
  { environment = {}, signal }: RunOptions = {},
): Promise<Finished> {
  const { exitCode, stdout, stderr } = await x(node22, ['--import', built, ...moduleArguments], {
    ...(signal && { signal }),
    nodeOptions: {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      // What another test runner set is not for this one.
      env: { ...environment, NODE_OPTIONS: '' },
    },
  })
  return { exitCode, output: `${stdout}${stderr}` }
}

/** Runs an adapter's suite; its report goes where all reports go, below `reports`. */
export function runSuite(
  adapter: string,
  reports: string,
  { once = false, ...options }: SuiteOptions = {},
): Promise<Finished> {
  const suite = join(packagesFolder, adapter, 'test/conformance.test.ts')
  const left = once ? [`--test-skip-pattern=/ (${repeating().join('|')})$/`] : []
  const environment = { TOKENWARD_REPORTS: reports }
  return runBuilt([...left, '--test-reporter=tap', suite], { environment, ...options })
}

function repeating(): readonly string[] {
  return cases.filter((entry) => 'rounds' in entry).map(({ name }) => name)
}

/** Of a tool that the repository installs at its root. */
export function installedVersion(name: string): string {
  const manifest = join(repositoryRoot, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
