// The module of the server's process: `node line-process.ts FILE PORT OPTIONS`, the last as JSON.
import { createServer, type Socket } from 'node:net'
import { lines, type Reply, type Request } from './line-protocol.ts'
import { LineStore } from './line-store.ts'

const [file = '', port = '0', options = '{}'] = process.argv.slice(2)
const store = new LineStore(file, JSON.parse(options))

process.on('message', (offset: number) => {
  store.offset = offset
  process.send?.('set')
})

process.once('disconnect', () => process.exit())

const server = createServer({ noDelay: true }, serve)
server.listen({ host: '127.0.0.1', port: Number(port) }, () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : null)
})

function serve(socket: Socket): void {
  socket.on('error', () => undefined)
  socket.setEncoding('utf8').on(
    'data',
    lines((line) => socket.write(`${JSON.stringify(reply(JSON.parse(line) as Request))}\n`)),
  )
}

function reply(request: Request): Reply {
  const { id } = request
  try {
    return { id, answer: store.answer(request) }
  } catch (error) {
    return { id, error: String(error) }
  }
}
