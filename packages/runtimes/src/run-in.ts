import { join } from 'node:path'
import { x } from 'tinyexec'
import type { CasesRequest, Outcome } from './inside/run-cases.ts'
import { programOf } from './install.ts'
import { packagesFolder } from './paths.ts'
import type { RuntimeName } from './versions.ts'
import { runInWorkerd } from './workerd.ts'

/** What one run in one runtime printed. */
export interface RunResult {
  readonly outcomes: readonly Outcome[]
  /** Why it ended early; empty: it ended by itself. */
  readonly problem: string
}

const FLAGS: Readonly<Partial<Record<RuntimeName, readonly string[]>>> = {
  deno: ['run', '--allow-all', '--no-check', '--node-modules-dir=manual', '--quiet'],
}

/**
 * Runs cases of the suite inside a runtime, on memory or on a server that is running.
 * @param url of the server; not used for memory
 */
export async function runIn(
  runtime: RuntimeName,
  adapter: string,
  url: string,
  request: CasesRequest,
): Promise<RunResult> {
  if (runtime === 'workerd') return runInWorkerd(request)
  const main = join(packagesFolder, 'runtimes/src/inside/main.ts')
  const module = join(packagesFolder, adapter, 'test/repository.ts')
  const memory = join(packagesFolder, 'memory/test/server.ts')
  const server = adapter === 'memory' ? memory : url
  const programArguments = [
    ...(FLAGS[runtime] ?? []),
    main,
    module,
    server,
    JSON.stringify(request),
  ]
  const { exitCode, stdout, stderr } = await x(programOf(runtime), programArguments, {
    nodeOptions: {
      cwd: join(packagesFolder, 'runtimes'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { NODE_OPTIONS: '' },
    },
  })
  return resultOf(stdout, exitCode === 0 ? '' : `exit code ${exitCode}\n${stderr}`)
}

export function resultOf(output: string, problem: string): RunResult {
  const lines = output.split('\n').filter((line) => line.startsWith('case '))
  const outcomes = lines.map((line) => JSON.parse(line.slice('case '.length)) as Outcome)
  return { outcomes, problem }
}
