import {
  type Address,
  type CallerClient,
  type Connection,
  isAddress,
  makeClient,
  makeCluster,
} from './driver.ts'
import { IoredisConnection } from './ioredis-connection.ts'
import { isNodeRedis } from './node-redis.ts'
import { NodeRedisConnection } from './node-redis-connection.ts'

export async function makeConnection(server: Address | CallerClient): Promise<Connection> {
  if (!isAddress(server) && isNodeRedis(server)) return new NodeRedisConnection(server)
  return new IoredisConnection(await makeClient(server))
}

/** To the cluster that has a node at this address. */
export async function makeClusterConnection(server: Address): Promise<Connection> {
  return new IoredisConnection(await makeCluster(server))
}
