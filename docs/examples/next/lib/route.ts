import { isTokenwardError, type Tokenward } from '@tokenward/core'
import { getTokens } from './tokens.ts'

type Handler = (request: Request) => Promise<Response>

/** A route handler that is made of the instance at its first request. */
export function route(make: (tokens: Tokenward) => Handler): Handler {
  let handler: Handler | undefined
  return async (request) => {
    try {
      handler ??= make(await getTokens())
      return await handler(request)
    } catch (error) {
      // Guards and endpoints answer 503 themselves. This is for the login, and for a store that is
      // down at the start.
      if (!isTokenwardError(error) || !error.retryable) throw error
      const headers = { 'retry-after': '5' }
      return Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers })
    }
  }
}
