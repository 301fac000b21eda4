import { join } from 'node:path'
import { x } from 'tinyexec'
import type { CasesRequest } from './inside/run-cases.ts'
import { programOf } from './install.ts'
import { packagesFolder } from './paths.ts'
import { type RunResult, resultOf } from './run-result.ts'
import type { RuntimeName } from './versions.ts'
import { runInWorkerd } from './workerd.ts'

/** What a runtime is started with, besides the program. */
export const FLAGS: Readonly<Partial<Record<RuntimeName, readonly string[]>>> = {
  deno: ['run', '--allow-all', '--no-check', '--node-modules-dir=manual', '--quiet'],
}

/**
 * Runs cases of the suite inside a runtime, on memory or on a server that is running.
 * @param module in `inside/repositories`, or `memory`
 * @param url of the server; not used for memory
 */
export async function runIn(
  runtime: RuntimeName,
  module: string,
  url: string,
  request: CasesRequest,
): Promise<RunResult> {
  if (runtime === 'workerd') return runInWorkerd(request)
  const main = join(packagesFolder, 'runtimes/src/inside/main.ts')
  const isMemory = module === 'memory'
  const repository = isMemory
    ? join(packagesFolder, 'memory/test/repository.ts')
    : join(packagesFolder, `runtimes/src/inside/repositories/${module}.ts`)
  const server = isMemory ? join(packagesFolder, 'memory/test/server.ts') : url
  const programArguments = [
    ...(FLAGS[runtime] ?? []),
    main,
    repository,
    server,
    JSON.stringify(request),
  ]
  const { exitCode, stdout, stderr } = await x(programOf(runtime), programArguments, {
    nodeOptions: {
      cwd: join(packagesFolder, 'runtimes'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { NODE_OPTIONS: '', NO_COLOR: '1' },
    },
  })
  return resultOf(stdout, exitCode === 0 ? '' : `exit code ${exitCode}\n${stderr}`)
}
