import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Revoked } from '@tokenward/core'
import type { RevocationRequest } from './revoking-process.ts'

/** Starts a process that opens the same file and revokes, and waits for its end. */
export async function revokeInOtherProcess(
  request: RevocationRequest,
): Promise<Revoked & { pid: number }> {
  const child = fork(new URL('./revoking-process.ts', import.meta.url))
  const exited = once(child, 'exit')
  const replied = once(child, 'message')
  child.send(request)
  const [reply] = await Promise.race([replied, exited.then(failed)])
  child.disconnect()
  await exited
  return { ...reply, pid: child.pid }
}

function failed([exitCode]: unknown[]): never {
  throw new Error(`The other process exited with ${exitCode} and sent no result.`)
}
