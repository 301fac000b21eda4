import pg from 'pg'
import { postgres15 } from '../images/postgres-15.ts'
import { postgres18 } from '../images/postgres-18.ts'
import { login, makeCertificate } from '../images/postgres-cluster.ts'
import type { StartOptions } from '../options.ts'
import type { Launch, ServerKind } from './server-kind.ts'

const tlsSettings = {
  ssl: 'on',
  ssl_cert_file: '/tmp/tls/server.crt',
  ssl_key_file: '/tmp/tls/server.key',
}

function settingsOf({ settings, tls = false }: StartOptions): string[] {
  const all = { ...(tls ? tlsSettings : {}), ...settings }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Before the server starts, a base backup in `/tmp/restore` replaces the data. */
function restoring(server: string, before = ''): readonly string[] {
  const restore = `if test -d /tmp/restore; then
find "$PGDATA" -mindepth 1 -delete; cp -a /tmp/restore/. "$PGDATA"; rm -r /tmp/restore; fi`
  return ['sh', '-ec', `${restore}\n${before}\nexec ${server}`, 'sh']
}

const makeCertificateIfMissing = `test -d /tmp/tls || { ${makeCertificate}; chown -R postgres /tmp/tls; }`

const official: Launch = {
  command: (options) => [
    ...restoring('docker-entrypoint.sh postgres "$@"', options.tls ? makeCertificateIfMissing : ''),
    ...settingsOf(options),
  ],
  environment: {
    POSTGRES_USER: login.user,
    POSTGRES_PASSWORD: login.password,
    POSTGRES_DB: 'postgres',
  },
}

const startPooler = `cat > /tmp/pgbouncer.ini <<END
[databases]
* = host=/tmp port=5433
[pgbouncer]
listen_addr = *
listen_port = 5432
unix_socket_dir =
pool_mode = transaction
auth_type = plain
auth_file = /tmp/logins
END
echo '"${login.user}" "${login.password}"' > /tmp/logins
/usr/sbin/pgbouncer --quiet /tmp/pgbouncer.ini &`

const built: Launch = {
  command: (options) => [
    ...restoring('postgres "$@"', options.pooler ? startPooler : ''),
    // The default folder of the socket is created at boot, and containers do not boot.
    ...['-c', 'listen_addresses=*', '-c', 'unix_socket_directories=/tmp'],
    ...(options.pooler ? ['-c', 'port=5433'] : []),
    ...settingsOf(options),
  ],
}

export const postgres: ServerKind = {
  environment: 'TOKENWARD_TEST_POSTGRES_URL',
  port: 5432,
  certificate: tlsSettings.ssl_cert_file,
  defaultVersion: '18',
  versions: {
    '18': {
      official: { image: 'postgres:18.1-bookworm', ...official },
      built: { recipe: postgres18, ...built },
    },
    '15': {
      official: { image: 'postgres:15.13-bookworm', ...official },
      built: { recipe: postgres15, ...built },
    },
  },
  url: (address) => `postgres://${login.user}:${login.password}@${address}/postgres`,

  async identify(url) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
      const [version = ''] = rows[0]?.server_version.split(' ') ?? []
      return { name: 'postgres', version, standIn: false }
    } finally {
      await client.end()
    }
  },
}
