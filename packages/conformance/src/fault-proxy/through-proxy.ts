import type { CaseContext } from '../harness/case-context.ts'
import { addressOf, urlAt } from './address.ts'
import { FaultProxy } from './proxy.ts'

/** A way to the server that can be disturbed: `bench.instance({ url })`, `bench.repository(…, url)`. */
export interface ProxiedServer {
  readonly proxy: FaultProxy
  readonly url: string
}

/** Ends with the bench. */
export async function connectThroughProxy(context: CaseContext): Promise<ProxiedServer> {
  const { server } = context.environment
  const proxy = await FaultProxy.start(addressOf(server))
  context.onClose(() => proxy.close())
  return { proxy, url: urlAt(server, proxy.address) }
}
