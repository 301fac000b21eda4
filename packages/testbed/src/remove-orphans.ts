import type { Dockerode } from './engine/find.ts'
import { isGone, OWNER_LABEL, type ProcessIdentity } from './process-identity.ts'

/** Longer than any run of the tests on another machine that uses the same engine. */
const MAX_RUN_SECONDS = 6 * 60 * 60

/** Removes the containers of processes that have ended. @returns the number of containers */
export async function removeOrphans(docker: Dockerode): Promise<number> {
  const filters = { label: [OWNER_LABEL] }
  const containers = await docker.listContainers({ all: true, filters })
  const orphans = containers.filter(isOrphan)
  await Promise.all(orphans.map(({ Id }) => remove(docker, Id)))
  return orphans.length
}

/** If the owner runs elsewhere, a container is an orphan when it does not run or is too old. */
function isOrphan(container: { Labels: Record<string, string>; State: string; Created: number }) {
  const gone = isGone(JSON.parse(container.Labels[OWNER_LABEL] ?? '{}') as ProcessIdentity)
  if (gone !== undefined) return gone
  const running = container.State === 'running' || container.State === 'paused'
  return !running || Date.now() / 1000 - container.Created > MAX_RUN_SECONDS
}

/** Removes a container with its data. Ignores that another process removed it first. */
export async function remove(docker: Dockerode, id: string): Promise<void> {
  await docker
    .getContainer(id)
    .remove({ force: true, v: true })
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404 && error.statusCode !== 409) throw error
    })
}
