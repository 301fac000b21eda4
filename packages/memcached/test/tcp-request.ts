import { once } from 'node:events'
import { connect } from 'node:net'
import { Ring } from '../src/ring.ts'

/** Sends a request to a server without a client. @returns all that it replies until `end` */
export async function tcpRequest(
  server: string,
  request: string,
  end: RegExp = /\r\n$/,
): Promise<string> {
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

/** The key of the item with a record, on a single server. */
export function itemName(key: string, namespace: string): string {
  return new Ring([{ address: '' }], namespace).prefix + key
}

/** The keys of the items with a record, in all namespaces. */
async function itemNames(server: string, key: string): Promise<string[]> {
  const found = await crawl(server, 'all', key)
  // It may miss an item that moves from one list to another meanwhile; the table of all keys has each of them.
  return found.length > 0 ? found : crawl(server, 'hash', key)
}

async function crawl(server: string, what: 'all' | 'hash', key: string): Promise<string[]> {
  for (;;) {
    const items = await tcpRequest(server, `lru_crawler metadump ${what}`, /(END|BUSY.*)\r\n$/)
    if (items.includes('BUSY')) continue
    return [...items.matchAll(/^key=(\S+)/gm)].flatMap(([, name = '']) =>
      name.endsWith(key) ? name : [],
    )
  }
}

/** @param value one character for each byte */
export async function put(
  server: string,
  name: string,
  value: string,
  flags: number,
): Promise<void> {
  await tcpRequest(server, `set ${name} ${flags} 0 ${value.length}\r\n${value}`)
}

export async function drop(server: string, key: string): Promise<void> {
  for (const name of await itemNames(server, key)) await tcpRequest(server, `delete ${name}`)
}

/** When the server deletes an item, by its own clock; `null`: never. */
export async function expiryOf(server: string, key: string): Promise<number | null> {
  const [name] = await itemNames(server, key)
  if (name === undefined) throw new Error(`the server does not have the record ${key}`)
  const now = /STAT time (\d+)/.exec(await tcpRequest(server, 'stats', /END\r\n$/))?.[1]
  const left = /^HD t(-?\d+)/.exec(await tcpRequest(server, `mg ${name} t`))?.[1]
  if (now === undefined || left === undefined) throw new Error(`no expiry of ${name}`)
  return left === '-1' ? null : (Number(now) + Number(left)) * 1_000
}

/** @param servers one of which has the record */
export async function damage(servers: readonly string[], key: string): Promise<void> {
  let damaged = 0
  for (const server of servers) {
    for (const name of await itemNames(server, key)) {
      await put(server, name, 'corrupt', 0)
      damaged++
    }
  }
  if (damaged === 0) throw new Error(`no server has the record ${key}`)
}
