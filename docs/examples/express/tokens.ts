import { mkdirSync, readFileSync } from 'node:fs'
import { createTokenward, generateKeys } from '@tokenward/core'
import { logout, refresh, SessionCookie } from '@tokenward/http/endpoints'
import { sqlite } from '@tokenward/sqlite'

/** `ORIGIN` is the address of the application in browsers. */
const { ORIGIN = 'http://localhost:3000', KEYS_FILE } = process.env

mkdirSync('data', { recursive: true })
export const tokens = await createTokenward({
  issuer: ORIGIN,
  // Without a file, for development: every restart logs all users out.
  keys: KEYS_FILE ? JSON.parse(readFileSync(KEYS_FILE, 'utf8')).keys : await generateKeys(),
  repository: sqlite('data/tokens.db'),
})

export const cookie = new SessionCookie({ origin: ORIGIN })

/** The endpoints that read the cookie. */
export const endpoints = new Map([
  ['/session/refresh', refresh(tokens, { cookie, client: 'web' })],
  ['/logout', logout(tokens, { cookie })],
  ['/logout/others', logout(tokens, { cookie, sessions: 'others' })],
])
