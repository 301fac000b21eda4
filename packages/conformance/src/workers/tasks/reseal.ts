import type { SealingKeys } from '@tokenward/core'
import type { Task } from '../task.ts'

/** Seals everything with the first of these keys. @returns how many records it sealed */
export const reseal: Task<{ readonly sealing: SealingKeys }, number> = async (
  context,
  { sealing },
) => {
  const instance = await context.instance({ sealing })
  const { resealed } = await instance.reseal()
  await instance.close()
  return resealed
}
