import { x } from 'tinyexec'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Finished {
  readonly exitCode: number | undefined
  readonly stdout: string
  /** Standard output and standard error. */
  readonly output: string
}

/** Ends a program that hangs, in ms. Far above what an installation takes on a busy machine. */
const RUN_TIMEOUT_MS = 1_200_000

/** Runs a program and waits for its end. `undefined` in the environment removes a variable. */
export async function run(
  command: string,
  commandArguments: readonly string[],
  folder: string,
  environment: Environment = {},
): Promise<Finished> {
  const { exitCode, stdout, stderr } = await x(command, [...commandArguments], {
    timeout: RUN_TIMEOUT_MS,
    nodeOptions: { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: environment },
  })
  return { exitCode, stdout, output: `${stdout}${stderr}` }
}

/**
 * Like `run`, for a program that must succeed.
 * @throws Error with the output if the exit code is not 0
 */
export async function mustRun(
  command: string,
  commandArguments: readonly string[],
  folder: string,
  environment: Environment = {},
): Promise<Finished> {
  const finished = await run(command, commandArguments, folder, environment)
  if (finished.exitCode === 0) return finished
  const line = [command, ...commandArguments].join(' ')
  throw new Error(`${line} ended with ${finished.exitCode}:\n${finished.output}`)
}
