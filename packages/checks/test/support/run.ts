import { x } from 'tinyexec'

/** Less than the timeout of a test, so the failure shows the output. */
const RUN_TIMEOUT_MS = 280_000

export interface Finished {
  readonly exitCode: number | undefined
  readonly stdout: string
  /** Standard output and standard error. */
  readonly output: string
}

/**
 * Runs a program and waits for its end. A program that outlasts the test's timeout is killed.
 * @param timeout in ms
 */
export async function run(
  command: string,
  commandArguments: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = {},
  timeout: number = RUN_TIMEOUT_MS,
): Promise<Finished> {
  const { exitCode, stdout, stderr } = await x(command, [...commandArguments], {
    timeout,
    nodeOptions: { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: environment },
  })
  return { exitCode, stdout, output: `${stdout}${stderr}` }
}
