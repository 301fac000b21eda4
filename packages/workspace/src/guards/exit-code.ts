import { spawn } from 'node:child_process'

/** Runs a command in silence. */
export function exitCodeOf(command: string, args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TOKENWARD_REPORTS: `${cwd}/reports` }
    const child = spawn(command, args, { cwd, env, stdio: 'ignore' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
