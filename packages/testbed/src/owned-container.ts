import { GenericContainer, type WaitStrategy } from 'testcontainers'
import { ownerLabel, thisProcess } from './owner.ts'

/** A container of this process, reachable from this machine alone. */
export class OwnedContainer extends GenericContainer {
  /** Once there is one, running or not. */
  id: string | undefined

  constructor(image: string) {
    super(image)
    this.withLabels({ [ownerLabel]: JSON.stringify(thisProcess()) })
    // Nobody's reaper: that is an image of its own, which may not be to be had (see `sweep.ts`).
    this.withAutoCleanup(false)
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.id = id
  }

  /** At a port that is the same after a restart. */
  publish(port: number, hostPort: number, local: boolean): this {
    this.withExposedPorts({ container: port, host: hostPort })
    const binding = { HostPort: String(hostPort), ...(local ? { HostIp: '127.0.0.1' } : {}) }
    const others = this.hostConfig.PortBindings as object
    this.hostConfig.PortBindings = { ...others, [`${port}/tcp`]: [binding] }
    return this
  }

  waitingUntil(ready: (id: string) => Promise<unknown>, withinMs: number): this {
    const strategy: WaitStrategy = {
      waitUntilReady: async ({ id }) => void (await ready(id)),
      withStartupTimeout: () => strategy,
      isStartupTimeoutSet: () => true,
      getStartupTimeout: () => withinMs,
    }
    return this.withWaitStrategy(strategy)
  }
}
