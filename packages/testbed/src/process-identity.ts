import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Identifies a process among all that ever ran, although process ids are reused. */
export interface ProcessIdentity {
  /** The machine, and its last boot on Linux. */
  readonly machine: string
  /** The PID namespace: process ids are unique only inside one. */
  readonly namespace: string
  readonly pid: number
  /** The start time: a reused process id has another one. */
  readonly started: string
}

export const OWNER_LABEL = 'tokenward.testbed.owner'

export function thisProcess(): ProcessIdentity {
  return { ...thisMachine(), pid: process.pid, started: startTimeOf(process.pid) ?? '' }
}

/** Whether the process has ended; `undefined` if it runs on another machine or in another namespace. */
export function isGone(owner: ProcessIdentity): boolean | undefined {
  const { machine, namespace } = thisMachine()
  if (owner.machine !== machine || owner.namespace !== namespace) return undefined
  return process.platform === 'linux'
    ? startTimeOf(owner.pid) !== owner.started
    : !isAlive(owner.pid)
}

function thisMachine(): Pick<ProcessIdentity, 'machine' | 'namespace'> {
  if (process.platform !== 'linux') return { machine: hostname(), namespace: '' }
  return {
    machine: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    namespace: readlinkSync('/proc/self/ns/pid'),
  }
}

/** The start time of a process in clock ticks since boot; `undefined` if it has ended. */
function startTimeOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ''
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program comes before, in parentheses, and may contain any character.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
