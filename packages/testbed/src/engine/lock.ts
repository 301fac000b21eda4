import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * Runs `work` while no other process of this machine holds the lock of this name. The lock is a socket
 * in Linux's abstract namespace, which the kernel releases when its process ends.
 */
export async function withLock<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const lock = await acquire(`\0tokenward-testbed/${name}`)
  try {
    return await work()
  } finally {
    for (const socket of lock.waiting) socket.destroy()
    lock.server.close()
    await once(lock.server, 'close')
  }
}

interface Lock {
  readonly server: Server
  /** The connections of the processes that wait for the lock. */
  readonly waiting: Set<Socket>
}

async function acquire(path: string): Promise<Lock> {
  for (;;) {
    const lock = await listen(path)
    if (lock) return lock
    await released(path)
  }
}

function listen(path: string): Promise<Lock | undefined> {
  const waiting: Lock['waiting'] = new Set()
  const server = createServer((socket) => {
    waiting.add(socket)
    socket.on('error', () => undefined).on('close', () => waiting.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(path, () => resolve({ server, waiting }))
  })
}

/** The holder keeps the connection open until it releases the lock or ends. */
function released(path: string): Promise<void> {
  return new Promise((resolve) => {
    connect(path)
      .on('error', () => undefined)
      .on('close', () => resolve())
      .resume()
  })
}
