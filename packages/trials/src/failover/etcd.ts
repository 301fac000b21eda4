import { startEtcdSet } from '@tokenward/testbed'
import type { FailoverGroup } from './group.ts'

export async function startEtcd(): Promise<FailoverGroup> {
  return { handle: await startEtcdSet() }
}
