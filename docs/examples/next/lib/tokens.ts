import { mkdirSync, readFileSync } from 'node:fs'
import { createTokenward, generateKeys, type Tokenward } from '@tokenward/core'
import { SessionCookie } from '@tokenward/http/endpoints'
import { sqlite } from '@tokenward/sqlite'

/** `ORIGIN` is the address of the application in browsers. */
const { ORIGIN = 'http://localhost:3000', KEYS_FILE } = process.env

export const cookie = new SessionCookie({ origin: ORIGIN })

async function create(): Promise<Tokenward> {
  mkdirSync('data', { recursive: true })
  return createTokenward({
    issuer: ORIGIN,
    // Without a file, for development: every restart logs all users out.
    keys: KEYS_FILE ? JSON.parse(readFileSync(KEYS_FILE, 'utf8')).keys : await generateKeys(),
    repository: sqlite('data/tokens.db'),
  })
}

// Next may load this file once for each route, and all of them need the same keys.
const shared = globalThis as typeof globalThis & { tokens?: Promise<Tokenward> }

/** Not at the top of a file: Next loads the files of routes while it builds. */
export function getTokens(): Promise<Tokenward> {
  shared.tokens ??= create().catch((error: unknown) => {
    delete shared.tokens // The next request tries again.
    throw error
  })
  return shared.tokens
}
