import type { ContainerRuntimeClient } from 'testcontainers'
import { clockCommand } from './clock.ts'
import { type RunningContainer, runContainer } from './container.ts'
import { type Dockerode, findEngine } from './engine/find.ts'
import type { Testbed } from './handle.ts'
import type { ChosenImage } from './images/choose.ts'
import type { StartOptions } from './options.ts'
import { untilReady } from './readiness.ts'
import { remove } from './remove-orphans.ts'
import { logUntil } from './server-log.ts'
import type { ServerKind } from './servers/server-kind.ts'

/** Starts a server in its own container. */
export async function startContainerServer(
  kind: ServerKind,
  image: ChosenImage,
  options: StartOptions,
): Promise<ContainerServer> {
  const running = await runContainer(kind, image, options)
  const engine = await findEngine()
  const execute = executor(engine, running.id)
  const control = controlOf(engine.container.dockerode, kind, running)
  const { url, identity } = running
  return {
    url,
    server: { ...identity, image: image.image },
    ...control,
    run: execute,
    log: (end) => logUntil(engine.container.dockerode, running.id, end),
    ...(options.clock === true && image.canSetClock
      ? { setClock: async (offsetMs) => void (await execute(clockCommand(offsetMs), 'root')) }
      : {}),
    ...(options.tls === true && kind.certificate !== undefined
      ? { certificate: await execute(['cat', kind.certificate]) }
      : {}),
  }
}

type Control = Required<Pick<Testbed, 'stop' | 'kill' | 'start' | 'pause' | 'resume'>>

/** A server that this process started, and can kill and suspend. */
export type ContainerServer = Testbed & Control

function controlOf(docker: Dockerode, kind: ServerKind, { id, url }: RunningContainer): Control {
  const container = docker.getContainer(id)
  return {
    stop: () => remove(docker, id),
    async kill() {
      const ended = container.wait()
      await container.kill({ signal: 'SIGKILL' })
      await ended
    },
    async start() {
      await container.start()
      await untilReady(docker, id, kind, url)
    },
    pause: async () => void (await container.pause()),
    resume: async () => void (await container.unpause()),
  }
}

export type Execute = (command: readonly string[], user?: string) => Promise<string>

export function executor({ container }: ContainerRuntimeClient, id: string): Execute {
  return async (command, user) => {
    // The program uses the machine's clock, not the one that was set for the server.
    const options = { env: { LD_PRELOAD: '' }, ...(user === undefined ? {} : { user }) }
    const done = await container.exec(container.getById(id), [...command], options)
    if (done.exitCode !== 0) throw new Error(`\`${command.join(' ')}\` failed\n${done.output}`)
    return done.stdout
  }
}
