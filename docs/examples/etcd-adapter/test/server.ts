import type { ServerHandle } from '@tokenward/conformance'
import { startEtcdSet } from '@tokenward/testbed'

/** Three members. Behind a proxy, which has one address, the suite talks to the first one. */
export async function startEtcd(): Promise<ServerHandle> {
  const set = await startEtcdSet()
  const [host = '', port] = set.url.replace('etcd://', '').split(',')[0]?.split(':') ?? []
  return {
    url: set.url,
    server: set.server,
    stop: set.stop,
    address: { host, port: Number(port) },
    at: (address) => `etcd://${address.host}:${address.port}`,
    failover: set.failover,
    primary: set.primary,
    depose: set.depose,
  }
}
