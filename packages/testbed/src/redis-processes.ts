import { setTimeout as wait } from 'node:timers/promises'
import { findEngine } from './engine/find.ts'
import type { RunningServer } from './handle.ts'
import type { Choice } from './images/choose.ts'
import { OwnedContainer } from './owned-container.ts'
import { freePort, isThisMachine } from './port.ts'
import { readyWithinMs } from './readiness.ts'
import { redis } from './servers/redis.ts'
import { imageFor } from './start.ts'
import { remove } from './sweep.ts'
import { type Execute, executor } from './testbed.ts'
import { BackendUnavailable } from './unavailable.ts'

type Settings = Readonly<Record<string, string>>

/** One Redis among others that know each other. */
export interface RedisProcess {
  readonly port: number
  readonly url: string
  /** SIGKILL, with no warning. */
  kill(): Promise<void>
  /** Brings it back with its data. */
  start(): Promise<void>
  /** Makes it silent; connections stay open. */
  pause(): Promise<void>
  resume(): Promise<void>
}

/**
 * Several of them side by side in one container, at ports that are the same inside and outside: so
 * they and their clients find each other at the same addresses.
 */
export class RedisProcesses {
  readonly #image: Choice
  readonly #execute: Execute
  readonly #ports: string[]
  readonly stop: () => Promise<void>

  private constructor(image: Choice, execute: Execute, ports: string[], stop: () => Promise<void>) {
    this.#image = image
    this.#execute = execute
    this.#ports = ports
    this.stop = stop
  }

  /** Room for so many. */
  static async in(version: string | undefined, count: number): Promise<RedisProcesses> {
    if (process.env[redis.environment]) {
      throw new BackendUnavailable(
        'several Redis servers are started here, not named by the environment',
      )
    }
    const image = await imageFor(redis, version)
    const engine = await findEngine()
    if (!(await isThisMachine(engine.info.containerRuntime.host))) {
      throw new BackendUnavailable('several Redis servers need a container engine on this machine')
    }
    const ports = await freePorts(count)
    const container = new OwnedContainer(image.image).withEntrypoint(['tail'])
    container.withCommand(['-f', '/dev/null']).waitingUntil(async () => undefined, readyWithinMs)
    if (image.launch.user !== undefined) container.withUser(image.launch.user)
    for (const port of ports) container.publish(port, port, true)
    const id = (await container.start()).getId()
    const stop = () => remove(engine.container.dockerode, id)
    return new RedisProcesses(image, executor(engine, id), ports.map(String), stop)
  }

  /** At one of its ports. @param lines of a configuration file, for a Sentinel */
  async start(settings: Settings, lines?: readonly string[]): Promise<RedisProcess> {
    const port = this.#ports.shift() ?? ''
    const folder = `/tmp/${port}`
    const own = {
      port,
      dir: folder,
      daemonize: 'yes',
      pidfile: `${folder}/pid`,
      logfile: `${folder}/log`,
    }
    const [program = '', ...options] = this.#image.launch.command({
      settings: { ...own, ...settings },
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
    return { ...(await redis.ask(url)), image: this.#image.image }
  }

  async #shell(script: string, ...args: readonly string[]): Promise<void> {
    await this.#execute(['sh', '-ec', script, 'sh', ...args])
  }
}

/** Resolves with what `look` finds; rejects with its last error when it has found nothing for long. */
export async function until<T>(look: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + readyWithinMs
  for (;;) {
    try {
      return await look()
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
