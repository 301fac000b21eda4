import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { unreachableMarker } from '../../src/images/official.ts'

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json'

/**
 * Starts a registry with one image.
 * @param answer handles the requests instead of serving the image
 * @returns the name of the image
 */
export async function fakeRegistry(answer: RequestListener = serve): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await rm(unreachableMarker(host), { force: true })
  })
  return `${host}/tokenward-testbed-test:1`
}

const digest = (bytes: Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

const emptyArchive = Buffer.alloc(1024)
const layer = gzipSync(emptyArchive)
const config = Buffer.from(
  JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digest(emptyArchive)] },
  }),
)
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe(config, 'application/vnd.docker.container.image.v1+json'),
    layers: [describe(layer, 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
  }),
)

function describe(bytes: Buffer, mediaType: string): object {
  return { mediaType, size: bytes.length, digest: digest(bytes) }
}

export function serve(...[request, response]: Parameters<RequestListener>): void {
  const { url = '', method } = request
  const blob = [config, layer].find((bytes) => url.endsWith(digest(bytes)))
  const body = url.includes('/manifests/') ? manifest : (blob ?? Buffer.from('{}'))
  response.writeHead(200, {
    'content-type': body === manifest ? manifestType : 'application/octet-stream',
    'content-length': body.length,
    'docker-content-digest': digest(body),
  })
  response.end(method === 'HEAD' ? undefined : body)
}
