import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestListener } from '@remix-run/node-fetch-server'
import type { Endpoint } from '../../src/endpoints.ts'

/** A server of Node on a port of the system's choice, whose routes are added later. */
export interface Served {
  readonly origin: string
  readonly routes: Map<string, Endpoint>
  readonly close: () => Promise<void>
}

export async function serve(): Promise<Served> {
  const routes = new Map<string, Endpoint>()
  const listening = await listen(
    createRequestListener((request) => {
      const endpoint = routes.get(new URL(request.url).pathname)
      return endpoint === undefined ? new Response(null, { status: 404 }) : endpoint(request)
    }),
  )
  return { ...listening, routes }
}

/** A server of Node on a port of the system's choice. */
export async function listen(listener: RequestListener): Promise<Omit<Served, 'routes'>> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
