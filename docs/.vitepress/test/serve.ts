import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { outputFolder } from '../site/paths.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** The file for an address, as GitHub Pages finds it, or `null`. */
export function fileOf(pathname: string): string | null {
  const path = join(outputFolder, decodeURIComponent(pathname))
  const candidates = pathname.endsWith('/') ? [join(path, 'index.html')] : [path, `${path}.html`]
  return candidates.find((file) => existsSync(file) && statSync(file).isFile()) ?? null
}

/** Serves the built site on a free port, with the compression and the caching of GitHub Pages. */
export async function serveSite(): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const found = fileOf(pathname)
    const file = found ?? join(outputFolder, '404.html')
    response.writeHead(found === null ? 404 : 200, {
      'content-type': TYPES[extname(file)] ?? 'text/plain; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'max-age=600',
    })
    response.end(gzipSync(readFileSync(file), { level: 1 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { origin: `http://127.0.0.1:${port}`, close }
}
