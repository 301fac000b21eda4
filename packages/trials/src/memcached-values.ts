import { createConnection } from 'node:net'

/** Everything that Memcached holds: it lists its keys itself, and each is then read. */
export async function memcachedValues({ hostname, port }: URL): Promise<Buffer> {
  const listing = await ask(hostname, Number(port), 'lru_crawler metadump all\r\n', 'END\r\n')
  const keys = [...listing.toString('latin1').matchAll(/^key=(\S+)/gm)].map(([, key = '']) =>
    decodeURIComponent(key),
  )
  const values: Buffer[] = [listing]
  for (const key of keys)
    values.push(await ask(hostname, Number(port), `get ${key}\r\n`, 'END\r\n'))
  return Buffer.concat(values)
}

function ask(host: string, port: number, command: string, end: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port }, () => socket.write(command))
    const chunks: Buffer[] = []
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (!Buffer.concat(chunks.slice(-2)).subarray(-end.length).equals(Buffer.from(end))) return
      socket.destroy()
      resolve(Buffer.concat(chunks))
    })
  })
}
