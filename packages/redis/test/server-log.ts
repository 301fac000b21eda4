import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'

/**
 * Every command with its arguments, as `MONITOR` reports it; the commands of scripts are among them. By a socket
 * of its own: ioredis fails where the first command arrives together with the answer to `MONITOR`.
 */
export async function recordCommands(url: string): Promise<() => Promise<string>> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const lines = createInterface(socket)
  const commands: string[] = []
  lines.on('line', (line) => commands.push(line))
  socket.write('MONITOR\r\n')
  await once(lines, 'line')
  const client = new Redis(url)
  return async () => {
    const end = crypto.randomUUID()
    await client.echo(end)
    while (!commands.some((line) => line.includes(end))) await once(lines, 'line')
    socket.destroy()
    client.disconnect()
    return commands.join('\n')
  }
}
