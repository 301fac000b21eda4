import { once } from 'node:events'
import { connect } from 'node:net'
import { Ring } from '../src/ring.ts'

/** Asks a server itself, past every client, and answers all that it says until `end`. */
export async function ask(server: string, request: string, end: RegExp = /\r\n$/): Promise<string> {
  const { hostname, port } = new URL(server)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  let reply = ''
  socket.on('data', (data) => {
    reply += data.toString('latin1')
    if (end.test(reply)) socket.end()
  })
  socket.write(`${request}\r\n`, 'latin1')
  await once(socket, 'close')
  return reply
}

/** Under which name a single server has a record. */
export function storedName(key: string, namespace: string): string {
  return new Ring([{ address: '' }], namespace).prefix + key
}

/** Under which names it has it, in all namespaces. */
async function storedNames(server: string, key: string): Promise<string[]> {
  for (;;) {
    const items = await ask(server, 'lru_crawler metadump all', /(END|BUSY.*)\r\n$/)
    if (items.includes('BUSY')) continue
    return [...items.matchAll(/^key=(\S+)/gm)].flatMap(([, name = '']) =>
      name.endsWith(key) ? name : [],
    )
  }
}

/** @param value one character a byte */
export async function put(
  server: string,
  name: string,
  value: string,
  flags: number,
): Promise<void> {
  await ask(server, `set ${name} ${flags} 0 ${value.length}\r\n${value}`)
}

export async function drop(server: string, key: string): Promise<void> {
  for (const name of await storedNames(server, key)) await ask(server, `delete ${name}`)
}

export async function damage(server: string, key: string): Promise<void> {
  for (const name of await storedNames(server, key)) await put(server, name, 'corrupt', 0)
}
