import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../engine/command.ts'
import { type Dockerode, findEngine } from '../engine/find.ts'
import { installImageTools } from '../engine/install.ts'
import { exclusively } from '../engine/lock.ts'
import { unpack } from './parcels.ts'
import { imageOf, type Recipe } from './recipe.ts'

/** `null`: images can be made here. */
export function whyNotMakeable(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'this is not Linux on x64'
  return process.getuid?.() === 0 ? null : 'this user is not root'
}

/** Makes the image of a recipe, and those below it, where they do not exist. */
export async function make(recipe: Recipe): Promise<string> {
  const image = imageOf(recipe)
  const engine = await findEngine()
  const docker = engine.container.dockerode
  if (await exists(docker, image)) return image
  if (recipe.parent) await make(recipe.parent)
  await exclusively(image, async () => {
    if (!(await exists(docker, image))) await inFolder((folder) => build(docker, recipe, folder))
  })
  return image
}

async function exists(docker: Dockerode, image: string): Promise<boolean> {
  return docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    )
}

async function build(docker: Dockerode, recipe: Recipe, folder: string): Promise<void> {
  const { parent, rootfs } = recipe
  if (rootfs) return importRootfs(docker, imageOf(recipe), rootfs, folder)
  if (!parent) throw new Error(`the recipe ${recipe.name} has neither a parent nor a root`)
  await Promise.all((recipe.parcels ?? []).map((parcel) => unpack(parcel, folder)))
  const lines = [`FROM ${imageOf(parent)}`, ...(recipe.instructions ?? [])]
  await writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
  const context = { context: folder, src: await readdir(folder) }
  await finished(docker, await docker.buildImage(context, { t: imageOf(recipe) }))
}

/** No documentation, no just-in-time compiler, no synced writes: the image is soon thrown away. */
const omitted = [
  ...['doc', 'man', 'locale', 'info'].map((folder) => `/usr/share/${folder}/*`),
  '/usr/lib/*/libLLVM*',
  '/usr/lib/postgresql/*/lib/llvmjit*',
  '/usr/lib/postgresql/*/lib/bitcode/*',
]
const lean = ['force-unsafe-io', ...omitted.map((path) => `path-exclude=${path}`)].map(
  (option) => `--dpkgopt=${option}`,
)

async function importRootfs(
  docker: Dockerode,
  image: string,
  { suite, packages }: NonNullable<Recipe['rootfs']>,
  folder: string,
): Promise<void> {
  await installImageTools()
  const archive = join(folder, 'root.tar')
  const include = `--include=${packages.join(',')}`
  await command('mmdebstrap', ['--quiet', '--variant=essential', ...lean, include, suite, archive])
  const [repo = '', tag = ''] = image.split(':')
  const progress = await docker.importImage(createReadStream(archive), { repo, tag })
  await finished(docker, progress)
}

/** The engine answers with a stream of steps; one that went wrong is only another step of it. */
async function finished(docker: Dockerode, progress: NodeJS.ReadableStream): Promise<void> {
  const steps = await new Promise<{ error?: string }[]>((resolve, reject) => {
    docker.modem.followProgress(progress, (error, output) =>
      error ? reject(error) : resolve(output),
    )
  })
  const failed = steps.find(({ error }) => error !== undefined)
  if (failed) throw new Error(failed.error)
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-testbed-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
