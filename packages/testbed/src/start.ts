import { startCleanupProcess } from './cleanup-process.ts'
import { startContainerServer } from './container-server.ts'
import { findEngine } from './engine/find.ts'
import type { Backend, Testbed } from './handle.ts'
import { type ChosenImage, chooseImage } from './images/choose.ts'
import type { StartOptions } from './options.ts'
import { removeOrphans } from './remove-orphans.ts'
import { kinds } from './servers/kinds.ts'
import type { ServerKind, ServerVersion } from './servers/server-kind.ts'
import { BackendUnavailable } from './unavailable.ts'

let orphansRemoved: Promise<number> | undefined

/** Starts a server, or uses the one whose URL is in the environment. */
export async function start(backend: Backend, options: StartOptions = {}): Promise<Testbed> {
  const kind = kinds[backend]
  const named = process.env[kind.environment]
  if (named) return useRunning(kind, named)

  return startContainerServer(kind, await imageFor(kind, options.version), options)
}

/** Chooses an image, and makes sure that containers are removed after the end of their processes. */
export async function imageFor(
  kind: ServerKind,
  requested: string | undefined,
): Promise<ChosenImage> {
  const version = versionOf(kind, requested)
  const { container } = await findEngine()
  orphansRemoved ??= removeOrphans(container.dockerode)
  await orphansRemoved
  startCleanupProcess()
  return chooseImage(version)
}

/** A server of the user is never stopped; tests change only its data. */
async function useRunning(kind: ServerKind, url: string): Promise<Testbed> {
  return { url, server: await kind.identify(url), stop: async () => undefined }
}

function versionOf(kind: ServerKind, requested: string = kind.defaultVersion): ServerVersion {
  const version = kind.versions[requested]
  if (version) return version
  throw new RangeError(`there is no version ${requested}, only ${Object.keys(kind.versions)}`)
}

/**
 * Installs the engine, and pulls or builds the images of the backends in all versions, before the time
 * of any test runs. Ignores that a backend is unavailable: `start` reports it.
 */
export async function prepare(...backends: readonly Backend[]): Promise<void> {
  const needed = backends
    .map((backend) => kinds[backend])
    .filter(({ environment }) => !process.env[environment])
  if (needed.length === 0) return
  const versions = needed.flatMap((kind) => Object.values(kind.versions))
  await findEngine()
    .then(() => Promise.all(versions.map(chooseImage)))
    .catch(ignoreUnavailable)
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof BackendUnavailable)) throw error
}
