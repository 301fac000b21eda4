import type { Dockerode } from './engine/find.ts'
import { isGone, type Owner, ownerLabel } from './owner.ts'

/** The longest run that another machine, on the same engine, is thought to have. */
const longestRunSeconds = 6 * 60 * 60

/** Removes the containers of processes that have ended. @returns how many those were */
export async function sweep(docker: Dockerode): Promise<number> {
  const filters = { label: [ownerLabel] }
  const containers = await docker.listContainers({ all: true, filters })
  const orphans = containers.filter(isOrphan)
  await Promise.all(orphans.map(({ Id }) => remove(docker, Id)))
  return orphans.length
}

/** Of an owner that cannot be asked for, it is one if a restart of the machine or its age says so. */
function isOrphan(container: { Labels: Record<string, string>; State: string; Created: number }) {
  const gone = isGone(JSON.parse(container.Labels[ownerLabel] ?? '{}') as Owner)
  if (gone !== undefined) return gone
  const running = container.State === 'running' || container.State === 'paused'
  return !running || Date.now() / 1000 - container.Created > longestRunSeconds
}

/** With its data. That somebody else removed it first is as good. */
export async function remove(docker: Dockerode, id: string): Promise<void> {
  await docker
    .getContainer(id)
    .remove({ force: true, v: true })
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404 && error.statusCode !== 409) throw error
    })
}
