import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { runServer } from 'verdaccio'
import { mustRun } from '../run.ts'

export interface Registry {
  readonly url: string
  /** `host:port`, as npm writes it before the names of settings that belong to one registry. */
  readonly host: string
  stop(): Promise<void>
}

/**
 * Starts a registry on a free port. It has only our packages, once they are published, and fetches the packages
 * of others from the registry that npm is set to.
 */
export async function startRegistry(folder: string, ours: readonly string[]): Promise<Registry> {
  const { stdout } = await mustRun('npm', ['config', 'get', 'registry'], process.cwd())
  mkdirSync(folder, { recursive: true })
  const access = { access: '$all', publish: '$all', unpublish: '$all' }
  const server = (await runServer({
    storage: join(folder, 'storage'),
    self_path: join(folder, 'config.yaml'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: { others: { url: stdout.trim(), timeout: '10m', max_fails: 20 } },
    packages: {
      ...Object.fromEntries(ours.map((name) => [name, access])),
      '**': { access: '$all', proxy: 'others' },
    },
    max_body_size: '50mb',
    server: { keepAliveTimeout: 60 },
    web: { enable: false },
    log: { type: 'file', path: join(folder, 'registry.log'), level: 'warn' },
  } as never)) as Server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}/`,
    host,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
