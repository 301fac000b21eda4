import { connect } from 'node:net'
import { base } from '../images/base.ts'
import type { StartOptions } from '../options.ts'
import type { ServerKind } from './server-kind.ts'
import { tcpRequest } from './tcp-request.ts'

const flags = ({ settings = {} }: StartOptions): string[] =>
  Object.entries(settings).flatMap(([flag, value]) =>
    [`-${flag.length > 1 ? '-' : ''}${flag}`, value].filter((word) => word !== ''),
  )

const command = (options: StartOptions): string[] => ['memcached', ...flags(options)]

export const memcached: ServerKind = {
  environment: 'TOKENWARD_TEST_MEMCACHED_URL',
  port: 11211,
  defaultVersion: '1.6',
  versions: {
    '1.6': {
      official: { image: 'memcached:1.6.39', command },
      built: { recipe: base, command, user: 'memcache' },
    },
  },
  url: (address) => `memcached://${address}`,

  async identify(url) {
    const [first = ''] = url.split(',')
    const { hostname, port } = new URL(first)
    const socket = connect(Number(port || 11211), hostname)
    const [, version = ''] =
      /^VERSION (\S+)/.exec(await tcpRequest(socket, 'version\r\n', /\r\n$/)) ?? []
    return { name: 'memcached', version, standIn: false }
  },
}
