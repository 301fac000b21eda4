import { stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ImageName } from 'testcontainers'
import { type Dockerode, findEngine } from '../engine/find.ts'

const REGISTRY_TIMEOUT_MS = 10_000
/** How long no process asks a registry again that did not answer: about one run of the tests. */
const UNREACHABLE_FOR_MS = 10 * 60_000

/** Pulls an image unless it exists. @returns whether the image exists now */
export async function pull(image: string): Promise<boolean> {
  const { image: images, container } = await findEngine()
  const name = ImageName.fromString(image)
  if (await images.exists(name)) return true
  const marker = unreachableMarker(name.registry)
  if (await wasUnreachable(marker)) return false
  if (!(await isPublished(container.dockerode, image))) {
    await writeFile(marker, '')
    return false
  }
  await images.pull(name)
  return images.exists(name)
}

/** Asks the registry for the digest of the image. A pull would wait three times as long for an answer. */
function isPublished(docker: Dockerode, image: string): Promise<boolean> {
  const asked = docker.getImage(image).distribution()
  const answer = asked.then(
    () => true,
    () => false,
  )
  return Promise.race([answer, wait(REGISTRY_TIMEOUT_MS, false, { ref: false })])
}

/** The file whose age is the time since a registry did not answer. */
export function unreachableMarker(registry = ''): string {
  const key = `${registry}-${process.getuid?.() ?? ''}`.replaceAll(/[^\w-]/g, '_')
  return join(tmpdir(), `tokenward-testbed-unreachable-${key}`)
}

async function wasUnreachable(marker: string): Promise<boolean> {
  const written = await stat(marker).catch(() => undefined)
  return written !== undefined && Date.now() - written.mtimeMs < UNREACHABLE_FOR_MS
}
