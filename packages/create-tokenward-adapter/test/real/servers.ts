/** A server that a new adapter is written for, and what is left to write. */
export interface RealServer {
  readonly name: string
  readonly template: 'key-value' | 'sql'
  /** What a person installs. */
  readonly drivers: readonly string[]
  /** What a person fills in, in test/server.ts. The image and the command can be other ones here. */
  readonly image: string
  readonly command: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
  /** With `ADDRESS` in place of the host and the port. */
  readonly url: string
}

export const servers: readonly RealServer[] = [
  {
    name: 'postgres',
    template: 'sql',
    drivers: ['pg', '@types/pg'],
    image: process.env['REAL_POSTGRES_IMAGE'] ?? 'postgres:18.1',
    command: process.env['REAL_POSTGRES_COMMAND'] ?? 'postgres -c max_connections=500',
    port: 5432,
    environment: {
      POSTGRES_USER: 'tokenward',
      POSTGRES_PASSWORD: 'tokenward',
      POSTGRES_DB: 'postgres',
    },
    url: 'postgres://tokenward:tokenward@ADDRESS/postgres',
  },
  {
    name: 'redis',
    template: 'key-value',
    drivers: ['ioredis'],
    image: process.env['REAL_REDIS_IMAGE'] ?? 'redis:8.2',
    command:
      process.env['REAL_REDIS_COMMAND'] ?? 'redis-server --appendonly yes --appendfsync always',
    port: 6379,
    environment: {},
    url: 'redis://ADDRESS',
  },
]
