import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** The process that a container belongs to, told from every other one that ever was. */
export interface Owner {
  /** The machine since it was last started. */
  readonly machine: string
  /** Process numbers mean something only within one of these. */
  readonly namespace: string
  readonly pid: number
  /** A number is given again, but not with the same start. */
  readonly started: string
}

export const ownerLabel = 'tokenward.testbed.owner'

export function thisProcess(): Owner {
  return { ...here(), pid: process.pid, started: startOf(process.pid) ?? '' }
}

/** `undefined`: it cannot be told from here. */
export function isGone(owner: Owner): boolean | undefined {
  const { machine, namespace } = here()
  if (owner.machine !== machine || owner.namespace !== namespace) return undefined
  return process.platform === 'linux' ? startOf(owner.pid) !== owner.started : !answers(owner.pid)
}

function here(): Pick<Owner, 'machine' | 'namespace'> {
  if (process.platform !== 'linux') return { machine: hostname(), namespace: '' }
  return {
    machine: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    namespace: readlinkSync('/proc/self/ns/pid'),
  }
}

/** When a process began, in ticks since the machine did; `undefined`: it has ended. */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ''
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before it, in parentheses, may hold anything.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
