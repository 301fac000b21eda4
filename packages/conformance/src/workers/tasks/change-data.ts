import type { SealingKeys, Tokenward } from '@tokenward/core'
import { counted } from '../../cases/engine/stored-data.ts'
import type { Task } from '../task.ts'

export interface DataChanges {
  readonly session: string
  readonly refreshToken: string
  readonly sealing: SealingKeys
  /** How often each lane counts. */
  readonly changes: number
  /** How often the refresh token and its successors are rotated, unless another caller is faster. */
  readonly rotations: number
}

/** What was acknowledged to one process. */
export interface ChangedData {
  readonly counted: number
  readonly rotated: number
}

const LANES = 2

/** Counts in the data of a session, and rotates its refresh token meanwhile. */
export const changeData: Task<DataChanges, ChangedData> = async (context, changes) => {
  const { sealing } = changes
  const lanes = await context.memoize('lanes', () =>
    context.instances(LANES, { sealing, grace: '0s' }),
  )
  await context.barrier('begun')
  const [rotated, ...counts] = await Promise.all([
    rotate(lanes[0] as Tokenward, changes),
    ...lanes.map((instance) => count(instance, changes)),
  ])
  return { rotated, counted: counts.reduce((sum, each) => sum + each, 0) }
}

async function count(instance: Tokenward, { session, changes }: DataChanges): Promise<number> {
  let acknowledged = 0
  for (let left = changes; left > 0; left--)
    if ((await instance.updateData({ session }, counted)).updated) acknowledged++
  return acknowledged
}

async function rotate(
  instance: Tokenward,
  { refreshToken, rotations }: DataChanges,
): Promise<number> {
  let won = 0
  for (let current = refreshToken; won < rotations; won++) {
    const next = await instance.rotate(current)
    if (!next.active) break
    current = next.refreshToken
  }
  return won
}
