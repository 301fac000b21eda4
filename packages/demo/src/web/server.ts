import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { createTokenward, type Duration, generateKeys, generateSealingKey } from '@tokenward/core'
import { SessionCookie } from '@tokenward/http/endpoints'
import { sqlite } from '@tokenward/sqlite'
import { createApp } from './app.ts'
import type { Device } from './device.ts'

interface WebDemoOptions {
  /** 0: chosen by the system. */
  readonly port: number
  /** The time, in ms since 1970. */
  readonly clock?: () => number
  /**
   * How long one call may wait for the store.
   * @default '1s'
   */
  readonly deadline?: Duration
  readonly log: (error: Error) => void
}

/** The running application. Disposing of it stops the server and removes its files. */
export interface WebDemo extends AsyncDisposable {
  /** The address for the browser. */
  readonly origin: string
}

/**
 * Starts the application on the loopback interface. Its address names `localhost`, where browsers accept
 * cookies with `Secure` over http.
 */
export async function startWebDemo(options: WebDemoOptions): Promise<WebDemo> {
  const { port, log, clock, deadline } = options
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'tokenward-demo-web-')))
  const server = createServer()
  await once(server.listen(port, '127.0.0.1'), 'listening')
  resources.defer(() => stop(server))
  const host = `localhost:${(server.address() as AddressInfo).port}`
  const origin = `http://${host}`
  const tokens = resources.use(
    await createTokenward<object, Device>({
      issuer: origin,
      keys: await generateKeys(),
      sealing: generateSealingKey(),
      repository: sqlite(join(folder.path, 'tokens.db')),
      lifetimes: { access: '1m', refresh: '1d', session: '7d' },
      ...(clock === undefined ? {} : { clock }),
      ...(deadline === undefined ? {} : { deadline }),
    }),
  )
  const app = createApp({ tokens, cookie: new SessionCookie({ origin }) }, log)
  server.on('request', createRequestListener(app.fetch, { host }))
  const running = resources.move()
  return { origin, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

async function stop(server: Server): Promise<void> {
  server.close()
  // Browsers keep their connections open.
  server.closeAllConnections()
  await once(server, 'close')
}
