import { spawnSync } from 'node:child_process'

/** Whether strace can trace system calls here; an administrator installs it where it is missing. */
export function haveStrace(): boolean {
  if (process.platform !== 'linux') return false
  const have = runs('strace', '-V') || (isAdministrator() && install() && runs('strace', '-V'))
  // On a laptop a skipped test is seen; in CI it would go unnoticed.
  if (!have && process.env['CI']) throw new Error('the sync proofs need strace: install it')
  return have
}

function install(): boolean {
  return runs('apt-get', 'update') && runs('apt-get', 'install', '--yes', 'strace')
}

function isAdministrator(): boolean {
  return process.getuid?.() === 0
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
