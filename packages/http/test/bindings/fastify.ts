import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { bearer } from '../../src/fastify.ts'
import type { GuardOptions, Verifier } from '../../src/index.ts'
import { type Binding, describeAuth, MAX_HEADER_BYTES, overSocket } from '../binding.ts'

async function createApp(tokens: Verifier, options: GuardOptions): Promise<FastifyInstance> {
  const app = fastify({ http: { maxHeaderSize: MAX_HEADER_BYTES } })
  const method = ['GET', 'HEAD', 'POST']
  const handler = async (request: FastifyRequest) => describeAuth(request.auth)
  app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => {
    done(null, {})
  })
  await app.register(async (guarded) => {
    await guarded.register(bearer, { tokens, ...options, scope: 'read' })
    guarded.route({ method, url: '/notes', handler })
    guarded.route({ method, url: '/write', handler, onRequest: guarded.requireScope('write') })
    guarded.route({ method, url: '/public', handler, config: { public: true } })
  })
  await app.register(async (guarded) => {
    await guarded.register(bearer, { tokens, ...options, optional: true })
    guarded.route({ method, url: '/optional', handler })
  })
  return app
}

export const fastifyBinding: Binding = async (tokens, options) => {
  const app = await createApp(tokens, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return overSocket(app.server, () => app.close())
}

export const fastifyInject: Binding = async (tokens, options) => {
  const app = await createApp(tokens, options)
  return {
    async send({ method, path, headers, body }) {
      const all: Record<string, string[]> = {}
      for (let index = 0; index < headers.length; index += 2) {
        const name = headers[index] ?? ''
        all[name] = [...(all[name] ?? []), headers[index + 1] ?? '']
      }
      const single = Object.fromEntries(
        Object.entries(all).map(([name, values]) => [name, values.length > 1 ? values : values[0]]),
      )
      const response = await app.inject({
        method: method as 'GET',
        url: path,
        headers: single,
        ...(body === '' ? {} : { body }),
      })
      const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
      return {
        status: response.statusCode,
        headers: new Headers(pairs as [string, string][]),
        body: response.body,
      }
    },
    [Symbol.asyncDispose]: async () => app.close(),
  }
}
