import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { TokenRepository } from '@tokenward/core'
import type { Write } from '@tokenward/core/adapter'
import { memory } from '@tokenward/memory'

/** A store in memory that is reached by HTTP, and how often it was called. */
export interface StoreServer {
  readonly url: string
  /** The calls since the last count. */
  takeCalls(): number
  /** Keeps the replies back until the returned function is called. */
  holdReplies(): () => void
  close(): Promise<void>
}

export async function startStoreServer(): Promise<StoreServer> {
  const repository = memory()
  await repository.open()
  let calls = 0
  let held: Promise<void> = Promise.resolve()
  const server = createServer(async (request, response) => {
    calls++
    const answer = await answerTo(repository, request)
    await held
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeCalls: () => {
      const counted = calls
      calls = 0
      return counted
    },
    holdReplies: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await repository.close()
    },
  }
}

async function answerTo(repository: TokenRepository, request: IncomingMessage): Promise<unknown> {
  const body = await json(request)
  const { signal } = new AbortController()
  return request.url === '/read'
    ? repository.read(body as string[], signal)
    : repository.write(body as Write[], signal)
}
