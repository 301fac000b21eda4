import { stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ImageName } from 'testcontainers'
import { type Dockerode, findEngine } from '../engine/find.ts'

const answerWithinMs = 10_000
/** So long a registry that gave no answer is not asked again, by any process: about one run. */
const silenceMs = 10 * 60_000

/** @returns whether the published image is here now */
export async function pull(image: string): Promise<boolean> {
  const { image: images, container } = await findEngine()
  const name = ImageName.fromString(image)
  if (await images.exists(name)) return true
  const note = silenceNote(name.registry)
  if (await wasSilent(note)) return false
  if (!(await isPublished(container.dockerode, image))) {
    await writeFile(note, '')
    return false
  }
  await images.pull(name)
  return images.exists(name)
}

/** Asks the registry for the image's digest alone. The engine would wait for it three times as long. */
function isPublished(docker: Dockerode, image: string): Promise<boolean> {
  const asked = docker.getImage(image).distribution()
  const answer = asked.then(
    () => true,
    () => false,
  )
  return Promise.race([answer, wait(answerWithinMs, false, { ref: false })])
}

/** The file whose age tells since when a registry has been silent. */
export function silenceNote(registry = ''): string {
  const who = `${registry}-${process.getuid?.() ?? ''}`.replaceAll(/[^\w-]/g, '_')
  return join(tmpdir(), `tokenward-testbed-silent-${who}`)
}

async function wasSilent(note: string): Promise<boolean> {
  const written = await stat(note).catch(() => undefined)
  return written !== undefined && Date.now() - written.mtimeMs < silenceMs
}
