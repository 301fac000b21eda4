import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program and returns its output. An error contains the last lines of standard error. */
export async function command(
  program: string,
  parameters: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    const { stdout } = await execute(program, parameters, {
      maxBuffer: 64 * 1024 * 1024,
      ...options,
      env: { ...process.env, ...options.env },
    })
    return stdout
  } catch (cause) {
    const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : ''
    const lastLines = stderr.trim().split('\n').slice(-8).join('\n')
    throw new Error(`\`${program} ${parameters.join(' ')}\` failed\n${lastLines}`.trim(), { cause })
  }
}
