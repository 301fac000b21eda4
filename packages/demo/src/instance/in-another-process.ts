import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Revoked } from '@tokenward/core'
import type { Order } from './other-process.ts'

/** Starts a process of its own on the same file, has it revoke, and sees it end. */
export async function revokeInAnotherProcess(order: Order): Promise<Revoked & { pid: number }> {
  const child = fork(new URL('./other-process.ts', import.meta.url))
  const ended = once(child, 'exit')
  const answered = once(child, 'message')
  child.send(order)
  const [answer] = await Promise.race([answered, ended.then(failed)])
  child.disconnect()
  await ended
  return { ...answer, pid: child.pid }
}

function failed([code]: unknown[]): never {
  throw new Error(`the other process ended with ${code} and gave no answer`)
}
