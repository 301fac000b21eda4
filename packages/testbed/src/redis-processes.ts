import { setTimeout as wait } from 'node:timers/promises'
import { type Execute, executor } from './container-server.ts'
import { findEngine } from './engine/find.ts'
import type { RunningServer } from './handle.ts'
import type { ChosenImage } from './images/choose.ts'
import { OwnedContainer } from './owned-container.ts'
import { freePort, isThisMachine } from './port.ts'
import { READY_TIMEOUT_MS } from './readiness.ts'
import { remove } from './remove-orphans.ts'
import { redis } from './servers/redis.ts'
import { imageFor } from './start.ts'
import { BackendUnavailable } from './unavailable.ts'

type Settings = Readonly<Record<string, string>>

/** One Redis of a cluster or of a Sentinel group. */
export interface RedisProcess {
  readonly port: number
  readonly url: string
  /** Ends the server with SIGKILL. */
  kill(): Promise<void>
  /** Starts the server again with its data. */
  start(): Promise<void>
  /** Suspends the server: it does not answer, but its connections stay open. */
  pause(): Promise<void>
  resume(): Promise<void>
}

/**
 * Several Redis servers in one container, at ports that are the same inside and outside: the servers
 * and their clients use the same addresses.
 */
export class RedisProcesses {
  readonly #image: ChosenImage
  readonly #execute: Execute
  readonly #ports: string[]
  readonly stop: () => Promise<void>

  private constructor(
    image: ChosenImage,
    execute: Execute,
    ports: string[],
    stop: () => Promise<void>,
  ) {
    this.#image = image
    this.#execute = execute
    this.#ports = ports
    this.stop = stop
  }

  /** Starts a container with ports for `count` servers; `start` starts each of them. */
  static async create(version: string | undefined, count: number): Promise<RedisProcesses> {
    if (process.env[redis.environment]) {
      throw new BackendUnavailable('several Redis servers cannot be taken from the environment')
    }
    const image = await imageFor(redis, version)
    const engine = await findEngine()
    if (!(await isThisMachine(engine.info.containerRuntime.host))) {
      throw new BackendUnavailable('several Redis servers need a container engine on this machine')
    }
    const ports = await freePorts(count)
    const container = new OwnedContainer(image.image).withEntrypoint(['tail'])
    container.withCommand(['-f', '/dev/null']).waitingUntil(async () => undefined, READY_TIMEOUT_MS)
    if (image.launch.user !== undefined) container.withUser(image.launch.user)
    for (const port of ports) container.publish(port, port, true)
    const id = (await container.start()).getId()
    const stop = () => remove(engine.container.dockerode, id)
    return new RedisProcesses(image, executor(engine, id), ports.map(String), stop)
  }

  /** Starts a server at the next port. @param lines the configuration file of a Sentinel */
  async start(settings: Settings, lines?: readonly string[]): Promise<RedisProcess> {
    const port = this.#ports.shift() ?? ''
    const folder = `/tmp/${port}`
    const processSettings = {
      port,
      dir: folder,
      daemonize: 'yes',
      pidfile: `${folder}/pid`,
      logfile: `${folder}/log`,
    }
    const [program = '', ...options] = this.#image.launch.command({
      settings: { ...processSettings, ...settings },
    })
    const file = `${folder}/redis.conf`
    await this.#shell(`mkdir -p ${folder} && printf '%s\n' "$@" > ${file}`, ...(lines ?? []))
    const command = [program, file, ...options, ...(lines ? ['--sentinel'] : [])]
    const url = `redis://127.0.0.1:${port}`
    const signal = (name: string) => this.#shell(`kill -${name} $(cat ${folder}/pid)`)
    const start = async () => {
      await this.#execute(command)
      await until(() => this.describe(url))
    }
    await start()
    return {
      port: Number(port),
      url,
      start,
      kill: async () => {
        await signal('KILL')
        await until(() => this.describe(url).then(Promise.reject, () => true))
      },
      pause: () => signal('STOP'),
      resume: () => signal('CONT'),
    }
  }

  async describe(url: string): Promise<RunningServer> {
    return { ...(await redis.identify(url)), image: this.#image.image }
  }

  async #shell(script: string, ...args: readonly string[]): Promise<void> {
    await this.#execute(['sh', '-ec', script, 'sh', ...args])
  }
}

/** Repeats `attempt` until it resolves. Rejects with its last error after `READY_TIMEOUT_MS`. */
export async function until<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await wait(20)
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort())
  return [...ports]
}
