import type { TokenRepository, Tokenward } from '@tokenward/core'
import { connectThroughProxy } from '../../fault-proxy/connect-through-proxy.ts'
import type { FaultProxy } from '../../fault-proxy/proxy.ts'
import type { CaseContext } from '../../harness/case-context.ts'
import { chain, type RepositoryWrapper, replace } from '../../interceptors/intercept.ts'

/** Deadline of every disturbed call on an idle machine. ms */
export const DEADLINE = 1_000

/** Two instances on one adapter, with a proxy between the adapter and the server. */
export interface InstancesBehind {
  readonly proxy: FaultProxy
  /** Has the short deadline. */
  readonly instance: Tokenward
  /** ms */
  readonly deadline: number
  /** Has a long deadline: its results do not depend on time. */
  readonly patient: Tokenward
}

/** @param between wraps the adapter of the first instance, given the proxy */
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

/**
 * The instance that was opened last is closed first, so that none closes while its proxy is a black
 * hole.
 */
export function healFirst(context: CaseContext, proxy: FaultProxy): void {
  context.onClose(() => proxy.heal())
}
