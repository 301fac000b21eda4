import { type PostgresNode, startPostgresPair } from '@tokenward/testbed'
import { type FailoverGroup, onlyOnce } from './group.ts'
import { Router } from './router.ts'

/** What is done about the old primary once its standby was promoted. */
export interface PostgresOptions {
  /** Whether a commit waits for the standby. */
  readonly synchronous: boolean
  /** Whether the old primary is ended before it can answer again. */
  readonly fenced: boolean
}

/**
 * Nothing in Postgres itself promotes a standby or moves the clients: here the trial does, at once, as an
 * operator or a program such as Patroni does after it has noticed the failure.
 */
export async function startPostgres(options: PostgresOptions): Promise<FailoverGroup> {
  const pair = await startPostgresPair(options.synchronous)
  let [primary, standby] = [pair.primary, pair.standby]
  const router = await Router.start(primary.port)
  let isStandbyLost = false

  const takeOver = async (end: (old: PostgresNode) => Promise<void>): Promise<PostgresNode> => {
    if (isStandbyLost) await replaceStandby()
    const old = primary
    await end(old)
    await standby.promote()
    ;[primary, standby] = [standby, old]
    isStandbyLost = true
    router.lead(primary.port)
    return old
  }
  const replaceStandby = async () => {
    await standby.kill().catch(() => undefined) // It may have ended.
    await standby.follow(primary)
    isStandbyLost = false
  }
  const failover = async (killed?: () => Promise<void>) => {
    await takeOver(async (old) => {
      await old.kill()
      await killed?.()
    })
    await replaceStandby()
  }
  const url = new URL(primary.url)
  url.port = String(router.port)
  return {
    handle: {
      url: url.href,
      server: pair.server,
      async stop() {
        await router.stop()
        await pair.stop()
      },
      failover: () => failover(),
      primary: async () => primary.url,
      async depose() {
        const old = await takeOver((each) => each.pause())
        return onlyOnce(() => (options.fenced ? old.kill() : old.resume()))
      },
    },
    failover,
    async hold() {
      if (isStandbyLost) await replaceStandby()
      const held = standby
      await held.pause()
      await primary.dropFollowers()
      return () => held.resume()
    },
  }
}
