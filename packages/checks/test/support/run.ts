import { x } from 'tinyexec'

/** A little less than a test may take, so that the failure shows the output. */
const RUN_TIMEOUT_MS = 280_000

export interface Finished {
  readonly exitCode: number | undefined
  readonly stdout: string
  /** Both streams, for people. */
  readonly output: string
}

/** Runs a program to its end; a longer run than a test may take is killed. */
export async function run(
  command: string,
  commandArguments: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Finished> {
  const { exitCode, stdout, stderr } = await x(command, [...commandArguments], {
    timeout: RUN_TIMEOUT_MS,
    nodeOptions: { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: environment },
  })
  return { exitCode, stdout, output: `${stdout}${stderr}` }
}
