/** A server that a new adapter is written for, and what is left to write. */
export interface RealServer {
  /** How it is called on the command line. */
  readonly id: string
  /** The name of the adapter, and the folder with its solution. */
  readonly name: string
  readonly template: 'key-value' | 'sql'
  /** What a person installs. */
  readonly drivers: readonly string[]
  /** What a person fills in, in test/server.ts: TODO 1. */
  readonly start: Container | Program
  /** With `ADDRESS` in place of the host and the port. */
  readonly url: string
}

export interface Container {
  readonly kind: 'container'
  readonly image: string
  /** Separated by spaces. */
  readonly command: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
}

export interface Program {
  readonly kind: 'process'
  readonly program: string
  readonly version: string
  /** TypeScript: an array, in which `port` and `folder` are variables. */
  readonly arguments: string
}

const redis = {
  name: 'redis',
  template: 'key-value',
  drivers: ['ioredis'],
  url: 'redis://ADDRESS',
} as const

/** The images, commands and programs can be other ones here: a machine may be unable to pull images. */
export const servers: readonly RealServer[] = [
  {
    id: 'postgres',
    name: 'postgres',
    template: 'sql',
    drivers: ['pg', '@types/pg'],
    start: {
      kind: 'container',
      image: process.env['REAL_POSTGRES_IMAGE'] ?? 'postgres:18.1',
      command: process.env['REAL_POSTGRES_COMMAND'] ?? 'postgres -c max_connections=500',
      port: 5432,
      environment: {
        POSTGRES_USER: 'tokenward',
        POSTGRES_PASSWORD: 'tokenward',
        POSTGRES_DB: 'postgres',
      },
    },
    url: 'postgres://tokenward:tokenward@ADDRESS/postgres',
  },
  {
    ...redis,
    id: 'redis',
    start: {
      kind: 'container',
      image: process.env['REAL_REDIS_IMAGE'] ?? 'redis:8.2',
      command:
        process.env['REAL_REDIS_COMMAND'] ?? 'redis-server --appendonly yes --appendfsync always',
      port: 6379,
      environment: {},
    },
  },
  {
    ...redis,
    id: 'redis-process',
    start: {
      kind: 'process',
      program: process.env['REAL_REDIS_PROGRAM'] ?? 'redis-server',
      version: '8',
      arguments: `['--port', String(port), '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always']`,
    },
  },
]
