import type { ServerHandle } from '@tokenward/conformance'
import type { Testbed } from '@tokenward/testbed'
import { tcpRequest } from './tcp-request.ts'

/** Every command with its key and its flags; Memcached logs no values. */
export function logging({ url, log }: Testbed): Pick<ServerHandle, 'recordLog'> {
  if (log === undefined) return {}
  return {
    async recordLog() {
      await tcpRequest(url, 'verbosity 2')
      const before = await log('')
      return async () => {
        const end = crypto.randomUUID()
        await tcpRequest(url, `get ${end}`)
        const all = await log(end)
        await tcpRequest(url, 'verbosity 0')
        return all.slice(before.length)
      }
    },
  }
}
