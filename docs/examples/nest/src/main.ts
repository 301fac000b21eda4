import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { createRequestListener } from '@remix-run/node-fetch-server'
import type { Tokenward } from '@tokenward/core'
import { logout, refresh, SessionCookie } from '@tokenward/http/endpoints'
import type { Express } from 'express'
import { AppModule } from './app.module.ts'
import { TOKENS } from './tokens.module.ts'

const app = await NestFactory.create<NestExpressApplication>(AppModule, { bodyParser: false })
// All signals, and exit code 0 after the hooks: without this option Nest repeats the signal.
app.enableShutdownHooks([], { useProcessExit: true })

// Before the parser: an endpoint reads its own body. None of them uses the host.
const tokens = app.get<Tokenward>(TOKENS)
const cookie = app.get(SessionCookie)
const endpoints = new Map([
  ['/session/refresh', refresh(tokens, { cookie, client: 'web' })],
  ['/logout', logout(tokens, { cookie })],
  ['/logout/others', logout(tokens, { cookie, sessions: 'others' })],
])
const express: Express = app.getHttpAdapter().getInstance()
for (const [path, endpoint] of endpoints)
  express.all(path, createRequestListener(endpoint, { host: 'localhost' }))

// JSON alone: a form of another site cannot log its visitors in here.
app.useBodyParser('json')

await app.listen(process.env['PORT'] ?? 3000)
const { port } = new URL(await app.getUrl())
console.log(`Listening on http://localhost:${port}`)
