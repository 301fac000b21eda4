import type { Bench } from '../harness/case-context.ts'
import { addressOf, urlAt } from './address.ts'
import { FaultProxy } from './proxy.ts'

/** A way to the server that can be disturbed: `bench.instance({ url })`, `bench.repository(…, url)`. */
export interface Way {
  readonly proxy: FaultProxy
  readonly url: string
}

/** Ends with the bench. */
export async function throughProxy(bench: Bench): Promise<Way> {
  const { server } = bench.stage
  const proxy = await FaultProxy.start(addressOf(server))
  bench.onClose(() => proxy.close())
  return { proxy, url: urlAt(server, proxy.address) }
}
