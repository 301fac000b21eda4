import type { CaseContext } from '../harness/case-context.ts'
import { addressOf, urlAt } from './address.ts'
import { FaultProxy } from './proxy.ts'

/** The server behind a fault proxy: `context.instance({ url })`, `context.repository(…, url)`. */
export interface ProxiedServer {
  readonly proxy: FaultProxy
  readonly url: string
}

/** The proxy is closed with the case. */
export async function connectThroughProxy(context: CaseContext): Promise<ProxiedServer> {
  const { server } = context.environment
  const proxy = await FaultProxy.start(addressOf(server))
  context.onClose(() => proxy.close())
  return { proxy, url: urlAt(server, proxy.address) }
}
