import { findEngine } from './engine/find.ts'
import type { Backend, Testbed } from './handle.ts'
import { type Choice, chooseImage } from './images/choose.ts'
import { hireJanitor } from './janitor.ts'
import type { StartOptions } from './options.ts'
import { kinds } from './servers/kinds.ts'
import type { ServerKind, ServerVersion } from './servers/server-kind.ts'
import { sweep } from './sweep.ts'
import { startContained } from './testbed.ts'
import { BackendUnavailable } from './unavailable.ts'

let cleared: Promise<number> | undefined

/** Starts a server, or takes the one that the environment names. */
export async function start(backend: Backend, options: StartOptions = {}): Promise<Testbed> {
  const kind = kinds[backend]
  const named = process.env[kind.environment]
  if (named) return take(kind, named)

  return startContained(kind, await imageFor(kind, options.version), options)
}

/** Where containers can be started, and are removed when this process ends. */
export async function imageFor(kind: ServerKind, wanted: string | undefined): Promise<Choice> {
  const version = versionOf(kind, wanted)
  const { container } = await findEngine()
  cleared ??= sweep(container.dockerode)
  await cleared
  hireJanitor()
  return chooseImage(version)
}

/** The server is the user's: nothing but its data is touched. */
async function take(kind: ServerKind, url: string): Promise<Testbed> {
  return { url, server: await kind.ask(url), stop: async () => undefined }
}

function versionOf(kind: ServerKind, wanted: string = kind.defaultVersion): ServerVersion {
  const version = kind.versions[wanted]
  if (version) return version
  throw new RangeError(`there is no version ${wanted}, only ${Object.keys(kind.versions)}`)
}

/**
 * Everything that takes long the first time, so that no test pays for it: the engine, and the images
 * of these backends in all their versions. Does nothing where `start` will say why it cannot.
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
