import { noAnswer } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import { STORE } from './errors.ts'

/** The settings and the state of one server that decide what its replies guarantee. */
export interface Settings {
  readonly address: string
  /** As in `1.6.39`. */
  readonly version: string
  readonly casEnabled: boolean
  /** Whether a full server evicts items; otherwise it refuses to store. */
  readonly evicts: boolean
  /** The number of items that were evicted since the start of the server. */
  readonly evicted: number
  /** In bytes. */
  readonly itemSizeMax: number
  /** How far the server's clock is ahead of ours, in ms; negative where it is behind. */
  readonly clockOffsetMs: number
}

/** @throws Error where the server does not reply within `timeoutMs` */
export async function readSettings(client: Client, timeoutMs: number): Promise<Settings> {
  const signal = AbortSignal.timeout(timeoutMs)
  let timedOut: Error | undefined
  const onTimeout = (error: Error) => {
    timedOut = error
  }
  const connection = await client.connection(signal, onTimeout).catch((error: unknown) => {
    throw signal.aborted ? noAnswer(STORE, timeoutMs, timedOut ?? error) : error
  })
  const [stats, settings] = await Promise.all([
    connection.stats('', signal),
    connection.stats(' settings', signal),
  ])
  return {
    address: client.address,
    version: stats.get('version') ?? '',
    casEnabled: settings.get('cas_enabled') !== 'no',
    evicts: settings.get('evictions') !== 'off',
    evicted: Number(stats.get('evictions') ?? 0),
    itemSizeMax: Number(settings.get('item_size_max') ?? 1_048_576),
    clockOffsetMs: connection.clockOffsetMs,
  }
}
