import { type Context, Hono } from 'hono'
import { bearer } from '../../src/hono.ts'
import { type Binding, describeAuth, inProcess } from '../binding.ts'

export const honoBinding: Binding = async (tokens, options) => {
  const app = new Hono()
  const auth = bearer(tokens, { ...options, scope: 'read' })
  const handler = (c: Context) => c.json(describeAuth(c.get('auth')))
  app.all('/notes', auth, handler)
  app.all('/write', auth, auth.requireScope('write'), handler)
  app.all('/optional', bearer(tokens, { ...options, optional: true }), handler)
  app.all('/public', handler)
  return inProcess((request) => app.request(request))
}
