import type { ClientLike } from './ioredis.ts'

/**
 * ms, while calls run: a connection that is silent for longer than a deadline is given up, so that the
 * next calls have another one within 5 s. On one that is lost, no reset ever comes.
 */
export const RUNNING = {
  connectTimeout: 3_000,
  socketTimeout: 3_000,
  slotsRefreshTimeout: 3_000,
} as const

/** ms: how long opening may take where nobody ends it sooner, as core does by `close()`. */
export const OPENING_MS = 60_000

const OPENING = {
  connectTimeout: OPENING_MS,
  socketTimeout: OPENING_MS,
  slotsRefreshTimeout: OPENING_MS,
} as const

/**
 * Lets a client that is not connected yet take as long as its opening does: on a busy machine a server
 * that is well answers late. The driver looks at its options each time.
 * @returns sets the limits for running calls
 */
export function patient(client: ClientLike): () => void {
  const wait = (node: ClientLike) => void Object.assign(node.options, OPENING)
  wait(client)
  client.on('+node', wait)
  return () => {
    client.off('+node', wait)
    for (const each of [client, ...(client.nodes?.('all') ?? [])]) {
      Object.assign(each.options, RUNNING)
    }
  }
}
