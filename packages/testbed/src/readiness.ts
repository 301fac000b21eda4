import { setTimeout as wait } from 'node:timers/promises'
import type { Dockerode } from './engine/find.ts'
import type { Answer, ServerKind } from './servers/server-kind.ts'
import { remove } from './sweep.ts'

/** Long, since the machine may be busy; a server that has ended is not waited for. */
export const readyWithinMs = 300_000
const betweenQuestionsMs = 25

/** Asks the server until it answers; one that ended has its last words in the error. */
export async function untilReady(
  docker: Dockerode,
  id: string,
  kind: ServerKind,
  url: string,
): Promise<Answer> {
  const deadline = Date.now() + readyWithinMs
  for (;;) {
    try {
      await kind.initiate?.(url)
      return await kind.ask(url)
    } catch (cause) {
      const { State } = await docker.getContainer(id).inspect()
      if (State.Running && Date.now() < deadline) {
        await wait(betweenQuestionsMs)
        continue
      }
      if (!State.Running) throw await ended(docker, id, State.ExitCode, cause)
      throw new Error(`the server gives no answer\n${await lastWords(docker, id)}`, { cause })
    }
  }
}

/** Of one that ended before its port was seen to be bound, Testcontainers tells of the port alone. */
export async function whyNotStarted(
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
  return new Error(`the server ended with code ${code}\n${await lastWords(docker, id)}`, { cause })
}

async function lastWords(docker: Dockerode, id: string): Promise<string> {
  const log = await docker.getContainer(id).logs({ stdout: true, stderr: true, tail: 15 })
  let words = ''
  // The engine's frames: a stream's number and three zeros, the length, and so many bytes.
  for (let start = 8; start <= log.length; ) {
    const end = start + log.readUInt32BE(start - 4)
    words += log.toString('utf8', start, end)
    start = end + 8
  }
  return words
}
