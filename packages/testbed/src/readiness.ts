import { setTimeout as wait } from 'node:timers/promises'
import type { Dockerode } from './engine/find.ts'
import { remove } from './remove-orphans.ts'
import { serverLog } from './server-log.ts'
import type { ServerIdentity, ServerKind } from './servers/server-kind.ts'

/** Long, because the machine may be busy. A server that has ended is reported at once. */
export const READY_TIMEOUT_MS = 300_000
const PROBE_INTERVAL_MS = 25
/** As many lines of the log are in an error. */
const TAIL_LINES = 15

/** Waits until the server answers. If it ended, the error has the tail of its log. */
export async function untilReady(
  docker: Dockerode,
  id: string,
  kind: ServerKind,
  url: string,
): Promise<ServerIdentity> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    try {
      await kind.initiate?.(url)
      return await kind.identify(url)
    } catch (cause) {
      const { State } = await docker.getContainer(id).inspect()
      if (State.Running && Date.now() < deadline) {
        await wait(PROBE_INTERVAL_MS)
        continue
      }
      if (!State.Running) throw await ended(docker, id, State.ExitCode, cause)
      throw new Error(`the server does not answer\n${await serverLog(docker, id, TAIL_LINES)}`, {
        cause,
      })
    }
  }
}

/**
 * The reason of a failed start. If the server ended before Testcontainers saw its port, the error of
 * Testcontainers mentions only the port; this one has the exit code and the tail of the log.
 */
export async function startFailure(
  docker: Dockerode,
  id: string | undefined,
  failure: unknown,
): Promise<unknown> {
  if (id === undefined) return failure
  const found = await docker
    .getContainer(id)
    .inspect()
    .catch(() => undefined)
  if (found === undefined || found.State.Running) return failure
  const reason = await ended(docker, id, found.State.ExitCode, failure)
  await remove(docker, id)
  return reason
}

async function ended(docker: Dockerode, id: string, code: number, cause: unknown): Promise<Error> {
  return new Error(
    `the server ended with code ${code}\n${await serverLog(docker, id, TAIL_LINES)}`,
    { cause },
  )
}
