import { spawnSync } from 'node:child_process'
import { repositoryRoot } from './paths.ts'

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Print the output only if the command fails. */
  readonly quiet?: boolean
}

/** Runs a tool of the repository. Returns `false` also if it cannot be started or is killed. */
export function succeeds(
  command: string,
  commandArguments: readonly string[],
  options: CommandOptions = {},
): boolean {
  const output = options.quiet ? 'pipe' : 'inherit'
  const result = spawnSync(command, commandArguments, {
    cwd: repositoryRoot,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', output, output],
    maxBuffer: Number.POSITIVE_INFINITY,
  })
  const succeeded = result.status === 0
  if (result.error) console.error(`${command}: ${result.error.message}`)
  if (options.quiet && !succeeded) console.error(`${result.stdout}${result.stderr}`)
  return succeeded
}
