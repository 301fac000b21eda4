import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Whether a server's system calls can be traced from here. Installs strace where it is missing. */
export function canTrace(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  return (
    runs('strace', '-V') || (runs('apt-get', 'install', '--yes', 'strace') && runs('strace', '-V'))
  )
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** The host's process id of the first process of a container, found by its PID namespace. */
export function processIn(namespace: string): string {
  const found = readdirSync('/proc').find((pid) => {
    try {
      const isThere = /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/ns/pid`) === namespace
      return isThere && /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false // The process has ended.
    }
  })
  if (found === undefined) throw new Error('the server runs on another machine')
  return found
}
