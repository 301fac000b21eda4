/** Where a server listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** The members of a server handle that give its address. */
export interface Located {
  readonly url: string
  readonly address?: Address
  at?(address: Address): string
}

/** Where the server listens, from the handle or its URL. */
export function addressOf({ url, address }: Located): Address {
  if (address) return address
  const { hostname, port } = URL.canParse(url) ? new URL(url) : { hostname: '', port: '' }
  if (hostname !== '' && port !== '') return { host: bare(hostname), port: Number(port) }
  throw new TypeError('the URL of the server has no host and port: set `address` in its handle')
}

/** The server's URL with another address in it. */
export function urlAt(located: Located, address: Address): string {
  if (located.at) return located.at(address)
  if (!URL.canParse(located.url) || new URL(located.url).host === '') {
    throw new TypeError('the URL of the server has no host: set `at(address)` in its handle')
  }
  const url = new URL(located.url)
  url.hostname = address.host
  url.port = String(address.port)
  return url.href
}

// Brackets belong to the URL, not to the address.
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
