import { clockEnvironment, clockFile } from './clock.ts'
import { findEngine } from './engine/find.ts'
import type { ChosenImage } from './images/choose.ts'
import type { StartOptions } from './options.ts'
import { OwnedContainer } from './owned-container.ts'
import { freePort, isThisMachine } from './port.ts'
import { READY_TIMEOUT_MS, startFailure, untilReady } from './readiness.ts'
import type { ServerIdentity, ServerKind } from './servers/server-kind.ts'

export interface RunningContainer {
  readonly id: string
  readonly url: string
  readonly identity: ServerIdentity
}

/** Starts a container from the image, and waits until the server in it answers. */
export async function runContainer(
  kind: ServerKind,
  image: ChosenImage,
  options: StartOptions,
): Promise<RunningContainer> {
  for (;;) {
    try {
      return await runAtFreePort(kind, image, options)
    } catch (error) {
      if (!isPortTaken(error)) throw error
    }
  }
}

/** Another process took the port between the check and the start. */
function isPortTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return /already allocated|already in use/.test(error.message) || isPortTaken(error.cause)
}

async function runAtFreePort(
  kind: ServerKind,
  image: ChosenImage,
  options: StartOptions,
): Promise<RunningContainer> {
  const { container, info } = await findEngine()
  const { host } = info.containerRuntime
  const local = await isThisMachine(host)
  const port = await freePort()
  const url = kind.url(`${local ? '127.0.0.1' : host}:${port}`)
  const ready = Promise.withResolvers<ServerIdentity>()
  const docker = container.dockerode
  const owned = describe(image, options)
    .publish(kind.port, port, local)
    .waitingUntil(
      async (id) => ready.resolve(await untilReady(docker, id, kind, url)),
      READY_TIMEOUT_MS,
    )
  const started = await owned.start().catch(async (failure) => {
    throw await startFailure(docker, owned.id, failure)
  })
  return { id: started.getId(), url, identity: await ready.promise }
}

function describe(
  { image, launch, canSetClock }: ChosenImage,
  options: StartOptions,
): OwnedContainer {
  const disks = Object.entries(options.disks ?? {})
  const container = new OwnedContainer(image)
    .withEntrypoint([])
    .withCommand([...launch.command(options)])
    .withEnvironment({ ...launch.environment })
    .withTmpFs(
      Object.fromEntries(disks.map(([folder, mib]) => [folder, `rw,mode=1777,size=${mib}m`])),
    )
  if (launch.user !== undefined) container.withUser(launch.user)
  if (options.clock === true && canSetClock) {
    container.withEnvironment({ ...clockEnvironment })
    container.withCopyContentToContainer([clockFile(0)])
  }
  return container
}
