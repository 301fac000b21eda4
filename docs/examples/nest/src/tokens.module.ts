import { mkdirSync, readFileSync } from 'node:fs'
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common'
import { createTokenward, generateKeys, type Tokenward } from '@tokenward/core'
import { SessionCookie } from '@tokenward/http/endpoints'
import { TokenwardModule } from '@tokenward/http/nest'
import { sqlite } from '@tokenward/sqlite'

/** The provider of the instance. */
export const TOKENS = Symbol('tokens')

/** `ORIGIN` is the address of the application in browsers. */
const { ORIGIN = 'http://localhost:3000', KEYS_FILE } = process.env

async function createTokens(): Promise<Tokenward> {
  mkdirSync('data', { recursive: true })
  return createTokenward({
    issuer: ORIGIN,
    // Without a file, for development: every restart logs all users out.
    keys: KEYS_FILE ? JSON.parse(readFileSync(KEYS_FILE, 'utf8')).keys : await generateKeys(),
    repository: sqlite('data/tokens.db'),
  })
}

@Global()
@Module({
  imports: [
    TokenwardModule.forRootAsync({
      inject: [TOKENS],
      useFactory: (tokens: Tokenward) => ({ tokens }),
    }),
  ],
  providers: [
    { provide: TOKENS, useFactory: createTokens },
    { provide: SessionCookie, useFactory: () => new SessionCookie({ origin: ORIGIN }) },
  ],
  exports: [TOKENS, SessionCookie],
})
export class TokensModule implements OnApplicationShutdown {
  constructor(@Inject(TOKENS) private readonly tokens: Tokenward) {}

  onApplicationShutdown(): Promise<void> {
    return this.tokens.close()
  }
}
