import { startEtcdSet } from '@tokenward/testbed'
import type { FailoverGroup } from './group.ts'

export async function startEtcd(): Promise<FailoverGroup> {
  const set = await startEtcdSet()
  return { handle: set, failover: (killed) => set.failover(killed) }
}
