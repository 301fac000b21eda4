import { bearer } from '../../src/index.ts'
import { type Binding, describeAuth, inProcess } from '../binding.ts'

const handler = (request: { readonly auth?: object | undefined }) =>
  Response.json(describeAuth(request.auth))

export const web: Binding = async (tokens, options) => {
  const routes: Record<string, (request: Request) => Promise<Response>> = {
    '/notes': bearer(tokens, { ...options, scope: 'read' })(handler),
    '/write': bearer(tokens, { ...options, scope: 'read write' })(handler),
    '/optional': bearer(tokens, { ...options, optional: true })(handler),
    '/public': async () => handler({}),
  }
  return inProcess(async (request) => {
    const route = routes[new URL(request.url).pathname]
    // What a host does with a handler that rejects.
    return route ? route(request).catch(() => new Response('', { status: 500 })) : new Response()
  })
}
