import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { base } from '../images/base.ts'
import { redis8 } from '../images/redis-8.ts'
import { valkey9 } from '../images/valkey-9.ts'
import type { StartOptions } from '../options.ts'
import type { Launch, ServerKind } from './server-kind.ts'
import { tcpRequest } from './tcp-request.ts'

function launch(program: string, folder: string): Launch {
  return {
    command: ({ settings = {} }: StartOptions) => [
      ...[program, '--dir', folder, '--protected-mode', 'no'],
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ],
  }
}

const official = launch('redis-server', '/data')
const built = { ...launch('redis-server', '/var/lib/redis'), user: 'redis' }

export const redis: ServerKind = {
  environment: 'TOKENWARD_TEST_REDIS_URL',
  port: 6379,
  defaultVersion: '8',
  versions: {
    '8': {
      official: { image: 'redis:8.2.8-bookworm', ...official },
      built: { recipe: redis8, ...built },
    },
    '7': {
      official: { image: 'redis:7.4.2-bookworm', ...official },
      // Debian's allocator and libfaketime deadlock.
      built: { recipe: base, ...built, fixedClock: true },
    },
    valkey: {
      official: { image: 'valkey/valkey:9.1.1', ...launch('valkey-server', '/data') },
      built: { recipe: valkey9, ...built },
    },
  },
  url: (address) => `redis://${address}`,

  async identify(url) {
    const { protocol, hostname, port, username, password } = new URL(url)
    const host = { host: hostname, port: Number(port || 6379) }
    const socket = protocol === 'rediss:' ? connectTls(host) : connect(host)
    const login = password ? `AUTH ${[username, password].filter(Boolean).join(' ')}\r\n` : ''
    const commands = `${login}INFO server\r\nPING\r\n`
    const reply = await tcpRequest(
      socket,
      commands,
      /redis_version:[\s\S]*\r\n(\+PONG|-[A-Z]+ .*)\r\n$/,
    )
    // The server reports its version before its data is loaded.
    if (reply.includes('\r\n-LOADING')) throw new Error('the server is loading its data')
    const value = (field: string) => new RegExp(`^${field}:(\\S+)`, 'm').exec(reply)?.[1]
    return {
      name: value('server_name') ?? 'redis',
      version: value('valkey_version') ?? value('redis_version') ?? '',
      standIn: false,
    }
  },
}
