import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

/**
 * One process at a time, over all processes of this machine. The lock is a socket in Linux's
 * abstract namespace: the kernel frees it with the process, so that no lock outlives its holder.
 */
export async function exclusively<Result>(
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await acquire(`\0tokenward-testbed/${name}`)
  try {
    return await work()
  } finally {
    for (const waiting of lock.waiters) waiting.destroy()
    lock.server.close()
    await once(lock.server, 'close')
  }
}

interface Lock {
  readonly server: Server
  readonly waiters: Set<import('node:net').Socket>
}

async function acquire(path: string): Promise<Lock> {
  for (;;) {
    const lock = await listen(path)
    if (lock) return lock
    await released(path)
  }
}

function listen(path: string): Promise<Lock | undefined> {
  const waiters: Lock['waiters'] = new Set()
  const server = createServer((waiter) => {
    waiters.add(waiter)
    waiter.on('error', () => undefined).on('close', () => waiters.delete(waiter))
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(path, () => resolve({ server, waiters }))
  })
}

/** The holder keeps the connection open until it is done or dead. */
function released(path: string): Promise<void> {
  return new Promise((resolve) => {
    connect(path)
      .on('error', () => undefined)
      .on('close', () => resolve())
      .resume()
  })
}
