import type { Target } from '@tokenward/core'
import type { Task, TaskContext } from '../task.ts'

export type Part =
  | { readonly part: 'revoke'; readonly target: Target | string }
  | { readonly part: 'verify'; readonly token: string }

/** When something happened: monotonic ns on the one clock of all processes. */
export type Seen =
  | { readonly part: 'revoke'; readonly acknowledged: number }
  | {
      readonly part: 'verify'
      /** When the last verification that accepted was begun. */
      readonly lastAccepted: number
      readonly verifications: number
      /** Results of verifications that began when all processes knew of the acknowledgement. */
      readonly after: readonly boolean[]
    }

const LANES = 2

/** One process revokes; the others verify meanwhile, and still when they know of the revocation. */
export const revokeUnderFire: Task<Part, Seen> = async (context, part) => {
  return part.part === 'revoke'
    ? await revoke(context, part.target)
    : await fire(context, part.token)
}

async function revoke(context: TaskContext, target: Target | string): Promise<Seen> {
  const instance = await context.memoize('instance', () => context.instance())
  await context.barrier('begun')
  await (typeof target === 'string' ? instance.revoke(target) : instance.revoke(target))
  const acknowledged = context.instant()
  await context.barrier('acknowledged')
  return { part: 'revoke', acknowledged }
}

async function fire(context: TaskContext, token: string): Promise<Seen> {
  const instance = await context.memoize('instance', () => context.instance())
  let [lastAccepted, verifications, known] = [0, 0, false]
  const verify = async () => {
    const begun = context.instant()
    const { active } = await instance.verify(token)
    if (active) lastAccepted = Math.max(lastAccepted, begun)
    verifications++
    return active
  }
  if (!(await verify())) throw new Error('the token was refused before it was revoked')
  const lanes = Array.from({ length: LANES }, async () => {
    while (!known) await verify()
    return await verify()
  })
  await context.barrier('begun')
  await context.barrier('acknowledged')
  known = true
  return { part: 'verify', after: await Promise.all(lanes), lastAccepted, verifications }
}
