import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createWebSocketStream, WebSocketServer } from 'ws'

export interface NeonProxy {
  readonly port: number
  close(): Promise<void>
}

/**
 * What Neon has in front of Postgres: each WebSocket, to `/v1?address=HOST:PORT`, carries one connection. Where
 * one side breaks, the proxy ends the other one without a closing handshake, as a network does.
 */
export async function startNeonProxy(): Promise<NeonProxy> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  server.on('connection', (socket, request) => {
    const address = new URL(request.url ?? '', 'ws://proxy').searchParams.get('address') ?? ''
    const [host = '', port] = address.split(':')
    const client = createWebSocketStream(socket)
    const upstream = connect(Number(port), host)
    upstream.setNoDelay(true)
    client.on('error', () => upstream.destroy())
    client.on('close', () => upstream.destroy())
    upstream.on('error', () => socket.terminate())
    upstream.on('close', () => socket.terminate())
    client.pipe(upstream).pipe(client)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of server.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
