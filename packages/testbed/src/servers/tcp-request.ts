import { once } from 'node:events'
import type { Socket } from 'node:net'

const REPLY_TIMEOUT_MS = 5_000

/** Sends a request, and returns the reply once it matches `complete`. */
export async function tcpRequest(
  socket: Socket,
  request: string,
  complete: RegExp,
): Promise<string> {
  let reply = ''
  socket.setTimeout(REPLY_TIMEOUT_MS, () => socket.destroy(new Error('no reply within 5 s')))
  socket.on('data', (data) => {
    reply += data.toString('latin1')
    if (complete.test(reply)) socket.end()
  })
  socket.write(request)
  await once(socket, 'close')
  if (!complete.test(reply)) throw new Error(`the server answered ${JSON.stringify(reply)}`)
  return reply
}
