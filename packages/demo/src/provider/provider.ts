import { once } from 'node:events'
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { answerInteraction, isInteraction } from './interaction.ts'
import { providerSettings } from './settings.ts'

/** A running OpenID provider. */
export interface RunningProvider extends AsyncDisposable {
  readonly issuer: string
}

/** Starts the provider on a free port of this machine. */
export async function startProvider(): Promise<RunningProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The issuer contains the port, so the provider is created after the server listens.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', requestListener(new Provider(issuer, providerSettings())))
  return { issuer, [Symbol.asyncDispose]: () => stop(server) }
}

function requestListener(provider: Provider): RequestListener {
  const protocol = provider.callback()
  return (request, response) =>
    isInteraction(request)
      ? answerInteraction(provider, request, response)
      : protocol(request, response)
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
