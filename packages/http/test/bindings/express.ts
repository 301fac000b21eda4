import { createServer, type RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import express from 'express'
import { bearer } from '../../src/express.ts'
import { type Binding, describeAuth, MAX_HEADER_BYTES, overSocket } from '../binding.ts'

/** It has no types of its own. */
const express4 = createRequire(import.meta.url)('express4') as typeof express

function bindingOf(framework: typeof express): Binding {
  return (tokens, options) => {
    const app = framework()
    const handler: express.RequestHandler = (request, response) => {
      response.json(describeAuth(request.auth))
    }
    const auth = bearer(tokens, { ...options, scope: 'read' })
    app.all('/public', handler)
    app.all('/optional', bearer(tokens, { ...options, optional: true }), handler)
    app.use(auth)
    app.all('/notes', handler)
    app.all('/write', auth.requireScope('write'), handler)
    const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app as RequestListener)
    return overSocket(server, () => undefined)
  }
}

export const expressBinding: Binding = bindingOf(express)
export const express4Binding: Binding = bindingOf(express4)
