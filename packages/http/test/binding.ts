import { request as httpRequest, type OutgoingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { GuardOptions, Verifier } from '../src/index.ts'

/** What is sent: the headers are names and values in turn. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
  readonly body: string
}

export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** An application on a framework, with the routes of the table. */
export interface Application extends AsyncDisposable {
  send(sent: Sent): Promise<Received>
}

/** Starts the application. The options are those of every guard in it. */
export type Binding = (tokens: Verifier, options: GuardOptions) => Promise<Application>

/** Larger than any header of the table: otherwise Node answers 431 itself. */
export const MAX_HEADER_BYTES = 262_144

/** Handlers answer what they know of the token, and never the token. */
export function describeAuth(auth: object | null | undefined): object {
  const { token: _, ...known } = { token: '', ...auth }
  return { auth: auth ? known : null }
}

/** An application behind a socket, to which Node sends what a client sends. */
export async function overSocket(server: Server, close: () => unknown): Promise<Application> {
  if (!server.listening) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }
  const { port } = server.address() as AddressInfo
  return {
    send: (sent) => sendTo(port, sent),
    async [Symbol.asyncDispose]() {
      await close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function sendTo(port: number, { method, path, headers, body }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const length = body === '' ? [] : ['Content-Length', String(body.length)]
    const all = ['Host', 'localhost', ...headers, ...length]
    const options = { port, host: '127.0.0.1', method, path, agent: false }
    const sending = httpRequest({ ...options, headers: all as unknown as OutgoingHttpHeaders })
    sending.once('error', reject)
    sending.once('response', async (response) => {
      const pairs = response.rawHeaders.flatMap((name, index, raw) => {
        return index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as [string, string]] : []
      })
      try {
        const text = (await response.toArray()).join('')
        resolve({ status: response.statusCode ?? 0, headers: new Headers(pairs), body: text })
      } catch (error) {
        reject(error)
      }
    })
    sending.end(body)
  })
}

/** The request as one of the Web. */
function toRequest({ method, path, headers, body }: Sent): Request {
  const all = new Headers()
  for (let index = 0; index < headers.length; index += 2) {
    all.append(headers[index] ?? '', headers[index + 1] ?? '')
  }
  const init = { method, headers: all, ...(body === '' ? {} : { body }) }
  return new Request(new URL(path, 'https://api.example'), init)
}

async function fromResponse(response: Response): Promise<Received> {
  const { status, headers } = response
  return { status, headers, body: await response.text() }
}

/** An application that is a function of the Web. */
export function inProcess(fetch: (request: Request) => Response | Promise<Response>): Application {
  return {
    async send(sent) {
      const { status, headers, body } = await fromResponse(await fetch(toRequest(sent)))
      // As hosts do.
      return { status, headers, body: sent.method === 'HEAD' ? '' : body }
    },
    async [Symbol.asyncDispose]() {},
  }
}
