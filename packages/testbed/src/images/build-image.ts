import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../engine/command.ts'
import { type Dockerode, findEngine } from '../engine/find.ts'
import { installImageTools } from '../engine/install.ts'
import { withLock } from '../engine/lock.ts'
import { unpackPackage } from './packages.ts'
import { imageOf, type Recipe } from './recipe.ts'

/** Why no image can be built on this machine, or `null` if one can. */
export function buildObstacle(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'this is not Linux on x64'
  return process.getuid?.() === 0 ? null : 'this user is not root'
}

/** Builds the image of a recipe and its parents, unless they exist. */
export async function buildImage(recipe: Recipe): Promise<string> {
  const image = imageOf(recipe)
  const engine = await findEngine()
  const docker = engine.container.dockerode
  if (await exists(docker, image)) return image
  if (recipe.parent) await buildImage(recipe.parent)
  await withLock(image, async () => {
    if (!(await exists(docker, image)))
      await inTemporaryFolder((folder) => buildFromRecipe(docker, recipe, folder))
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

async function buildFromRecipe(docker: Dockerode, recipe: Recipe, folder: string): Promise<void> {
  const { parent, rootfs } = recipe
  if (rootfs) return importRootfs(docker, imageOf(recipe), rootfs, folder)
  if (!parent)
    throw new Error(`the recipe ${recipe.name} has neither a parent nor a root file system`)
  await Promise.all((recipe.packages ?? []).map((each) => unpackPackage(each, folder)))
  const lines = [`FROM ${imageOf(parent)}`, ...(recipe.instructions ?? [])]
  await writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
  const context = { context: folder, src: await readdir(folder) }
  await finished(docker, await docker.buildImage(context, { t: imageOf(recipe) }))
}

/** Left out of the image: documentation and the just-in-time compiler of Postgres. */
const OMITTED_PATHS = [
  ...['doc', 'man', 'locale', 'info'].map((folder) => `/usr/share/${folder}/*`),
  '/usr/lib/*/libLLVM*',
  '/usr/lib/postgresql/*/lib/llvmjit*',
  '/usr/lib/postgresql/*/lib/bitcode/*',
]
/** `force-unsafe-io` skips syncing to disk: a failed build is repeated. */
const DPKG_OPTIONS = [
  'force-unsafe-io',
  ...OMITTED_PATHS.map((path) => `path-exclude=${path}`),
].map((option) => `--dpkgopt=${option}`)

async function importRootfs(
  docker: Dockerode,
  image: string,
  { suite, packages }: NonNullable<Recipe['rootfs']>,
  folder: string,
): Promise<void> {
  await installImageTools()
  const archive = join(folder, 'root.tar')
  const include = `--include=${packages.join(',')}`
  await command('mmdebstrap', [
    '--quiet',
    '--variant=essential',
    ...DPKG_OPTIONS,
    include,
    suite,
    archive,
  ])
  const [repo = '', tag = ''] = image.split(':')
  const progress = await docker.importImage(createReadStream(archive), { repo, tag })
  await finished(docker, progress)
}

/** Waits for the end of a stream of build steps. A failed step does not end the stream with an error. */
async function finished(docker: Dockerode, progress: NodeJS.ReadableStream): Promise<void> {
  const steps = await new Promise<{ error?: string }[]>((resolve, reject) => {
    docker.modem.followProgress(progress, (error, output) =>
      error ? reject(error) : resolve(output),
    )
  })
  const failed = steps.find(({ error }) => error !== undefined)
  if (failed) throw new Error(failed.error)
}

async function inTemporaryFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-testbed-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
