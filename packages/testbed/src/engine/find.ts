import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers'
import { BackendUnavailable } from '../unavailable.ts'
import { installEngine, whyNotInstallable } from './install.ts'
import { instructions } from './instructions.ts'
import { exclusively } from './lock.ts'

export type Dockerode = ContainerRuntimeClient['container']['dockerode']

let engine: Promise<ContainerRuntimeClient> | undefined

/** The container engine of this machine; where none answers and one can be had, it is installed. */
export function findEngine(): Promise<ContainerRuntimeClient> {
  engine ??= findOrInstall({
    connect: getContainerRuntimeClient,
    obstacle: whyNotInstallable,
    install: () => exclusively('engine', installEngine),
  })
  return engine
}

/** Fails where none answers. */
export function findRunningEngine(): Promise<ContainerRuntimeClient> {
  return getContainerRuntimeClient()
}

export interface EngineSteps<Engine> {
  connect(): Promise<Engine>
  /** Why none can be installed; `null`: one can. */
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
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new BackendUnavailable(instructions(said), { cause })
  }
}
