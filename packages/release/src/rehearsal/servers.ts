import { start } from '@tokenward/testbed'

export type Server = 'postgres' | 'redis' | 'mongodb' | 'memcached'

interface Started {
  readonly url: string
  readonly description: string
  stop(): Promise<void>
}

/** The settings that a README asks for. */
const SETTINGS = { redis: { appendonly: 'yes', appendfsync: 'always' } }

/** Starts each server once, when it is first asked for. */
export class Servers {
  readonly #started = new Map<Server, Promise<Started>>()

  get(server: Server): Promise<Started> {
    const started = this.#started.get(server) ?? startServer(server)
    this.#started.set(server, started)
    return started
  }

  async stop(): Promise<void> {
    const started = await Promise.allSettled(this.#started.values())
    await Promise.all(started.map((each) => each.status === 'fulfilled' && each.value.stop()))
  }
}

async function startServer(server: Server): Promise<Started> {
  const settings = server === 'redis' ? SETTINGS.redis : {}
  const { url, server: running, stop } = await start(server, { settings })
  return { url, description: `${running.name} ${running.version}`, stop: () => stop() }
}
