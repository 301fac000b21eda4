import type { TokenRepository } from '@tokenward/core'
import { etcd } from 'tokenward-example-etcd-adapter'

/** It makes the claims itself. */
export default function openEtcd(url: string, namespace: string): TokenRepository {
  return etcd(url, { namespace })
}
