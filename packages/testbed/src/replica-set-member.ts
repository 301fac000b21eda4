import type { Dockerode } from './engine/find.ts'
import { mongodb, withAdmin } from './servers/mongodb.ts'

/** A member of a replica set, in its own container. */
export class Member {
  readonly address: string
  readonly url: string
  readonly #container: ReturnType<Dockerode['getContainer']>

  constructor(docker: Dockerode, id: string, port: number) {
    this.#container = docker.getContainer(id)
    this.address = `127.0.0.1:${port}`
    this.url = mongodb.url(this.address)
  }

  isPrimary(): Promise<boolean> {
    return withAdmin(this.url, (admin) => admin.command({ hello: 1 })).then(
      ({ isWritablePrimary }) => isWritablePrimary === true,
      () => false,
    )
  }

  async kill(): Promise<void> {
    const ended = this.#container.wait()
    await this.#container.kill({ signal: 'SIGKILL' })
    await ended
  }

  start = async (): Promise<void> => void (await this.#container.start())
  pause = async (): Promise<void> => void (await this.#container.pause())
  resume = async (): Promise<void> => void (await this.#container.unpause())
}
