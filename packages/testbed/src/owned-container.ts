import { GenericContainer, type WaitStrategy } from 'testcontainers'
import { OWNER_LABEL, thisProcess } from './process-identity.ts'

/** A container that is removed with this process, and that only this machine can reach. */
export class OwnedContainer extends GenericContainer {
  /** Set once the container has been created, running or not. */
  id: string | undefined

  constructor(image: string) {
    super(image)
    this.withLabels({ [OWNER_LABEL]: JSON.stringify(thisProcess()) })
    // Ryuk, which Testcontainers uses, is an image that may not be available (see `remove-orphans.ts`).
    this.withAutoCleanup(false)
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.id = id
  }

  /** Publishes a port at a fixed host port, which stays the same after a restart. */
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
