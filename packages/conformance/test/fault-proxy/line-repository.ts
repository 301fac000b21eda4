import type { Capabilities, TokenRepository } from '@tokenward/core'
import { Closed } from '@tokenward/core/adapter'
import { LinePool } from './line-pool.ts'
import type { Account, Ask, Reply } from './line-protocol.ts'

const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  failoverSafe: false,
  network: true,
  readsSettings: false,
  roles: true,
  listing: true,
  pruning: true,
  notifications: false,
  maxBodyBytes: 65_536,
}

const CONNECTIONS = 4

/** A correct repository on a real network. */
export default function lineRepository(url: string, namespace: string): TokenRepository {
  const { hostname, port, username } = new URL(url)
  let pool: LinePool | null = null
  let requests = 0
  const ask = async <T>(what: Ask, signal: AbortSignal): Promise<T> => {
    signal.throwIfAborted()
    if (pool === null) throw new Closed('The repository is not open: call open() first.')
    const id = ++requests
    const as = username as Account
    const reply = await pool.ask(JSON.stringify({ id, as, namespace, ask: what }), signal)
    const said = JSON.parse(reply) as Reply
    if (said.id !== id) throw new Error(`asked ${id}, and ${said.id} was answered`)
    if ('error' in said) throw new Error(said.error)
    return said.answer as T
  }
  return {
    name: 'lines',
    namespace,
    capabilities: CAPABILITIES,
    async open() {
      pool ??= new LinePool(hostname, Number(port), CONNECTIONS)
      return []
    },
    read: (keys, signal) => ask({ read: keys }, signal),
    write: (writes, signal) => ask({ write: writes }, signal),
    list: (group, after, limit, signal) => ask({ list: { group, after, limit } }, signal),
    prune: (now, limit, dryRun, signal) => ask({ prune: { now, limit, dryRun } }, signal),
    async close() {
      pool?.close()
      pool = null
    },
  }
}
