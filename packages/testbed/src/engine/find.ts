import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers'
import { BackendUnavailable } from '../unavailable.ts'
import { installEngine, installObstacle } from './install.ts'
import { instructions } from './instructions.ts'
import { withLock } from './lock.ts'

export type Dockerode = ContainerRuntimeClient['container']['dockerode']

let engine: Promise<ContainerRuntimeClient> | undefined

/** Connects to the container engine of this machine. Installs one if none answers and that is possible. */
export function findEngine(): Promise<ContainerRuntimeClient> {
  engine ??= findOrInstall({
    connect: getContainerRuntimeClient,
    obstacle: installObstacle,
    install: () => withLock('engine', installEngine),
  })
  return engine
}

/** Connects to a container engine that is already running; rejects if none answers. */
export function findRunningEngine(): Promise<ContainerRuntimeClient> {
  return getContainerRuntimeClient()
}

export interface EngineSteps<Engine> {
  connect(): Promise<Engine>
  /** Why no engine can be installed, or `null` if one can. */
  obstacle(): Promise<string | null>
  install(): Promise<void>
}

export async function findOrInstall<Engine>(steps: EngineSteps<Engine>): Promise<Engine> {
  try {
    return await steps.connect()
  } catch (cause) {
    const obstacle = await steps.obstacle()
    if (obstacle !== null) throw new BackendUnavailable(instructions(obstacle), { cause })
  }
  try {
    await steps.install()
    return await steps.connect()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new BackendUnavailable(instructions(reason), { cause })
  }
}
