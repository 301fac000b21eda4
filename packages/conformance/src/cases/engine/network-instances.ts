import type { TokenRepository, Tokenward } from '@tokenward/core'
import type { FaultProxy } from '../../fault-proxy/proxy.ts'
import { connectThroughProxy } from '../../fault-proxy/through-proxy.ts'
import type { CaseContext } from '../../harness/case-context.ts'
import { chain, type RepositoryWrapper, replace } from '../../interceptors/intercept.ts'

/** Of every call that is disturbed, ms, where the machine is not busy. */
export const DEADLINE = 1_000

/** Two instances on one and the same adapter, with a proxy between it and the server. */
export interface InstancesBehind {
  readonly proxy: FaultProxy
  /** Has the deadline. */
  readonly instance: Tokenward
  /** ms */
  readonly deadline: number
  /** Bears with a slow machine: what is made and judged by it has nothing to do with time. */
  readonly patient: Tokenward
}

/** @param between between the first instance and the adapter, given the proxy */
export async function instancesBehind(
  context: CaseContext,
  between: (proxy: FaultProxy) => RepositoryWrapper = () => (inner) => inner,
): Promise<InstancesBehind> {
  const { proxy, url } = await connectThroughProxy(context)
  let adapter: TokenRepository | undefined
  const wrap = chain(between(proxy), (inner) => {
    adapter = inner
    return inner
  })
  const deadline = await context.shortDeadline(DEADLINE)
  const instance = await context.instance({ url, wrap, deadline: `${deadline}ms` })
  const { findings } = await instance.health()
  const isOpen = { open: async () => findings, close: async () => {} }
  const patient = await context.instance({ wrap: (unused) => replace(adapter ?? unused, isOpen) })
  healFirst(context, proxy)
  return { proxy, instance, deadline, patient }
}

/** What was opened last is closed first: no instance made until now says goodbye into a black hole. */
export function healFirst(context: CaseContext, proxy: FaultProxy): void {
  context.onClose(() => proxy.heal())
}
