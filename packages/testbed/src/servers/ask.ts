import { once } from 'node:events'
import type { Socket } from 'node:net'

/** Sends one request and answers with what came until `complete` was found in it. */
export async function ask(socket: Socket, request: string, complete: RegExp): Promise<string> {
  let reply = ''
  socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')))
  socket.on('data', (data) => {
    reply += data.toString('latin1')
    if (complete.test(reply)) socket.end()
  })
  socket.write(request)
  await once(socket, 'close')
  if (!complete.test(reply)) throw new Error(`the server answered ${JSON.stringify(reply)}`)
  return reply
}
