import { setTimeout as wait } from 'node:timers/promises'
import type { Dockerode } from './engine/find.ts'
import type { Answer, ServerKind } from './servers/server-kind.ts'

export const readyWithinMs = 60_000
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
      const state = State.Running ? 'gives no answer' : `ended with code ${State.ExitCode}`
      throw new Error(`the server ${state}\n${await lastWords(docker, id)}`, { cause })
    }
  }
}

async function lastWords(docker: Dockerode, id: string): Promise<string> {
  const log = await docker.getContainer(id).logs({ stdout: true, stderr: true, tail: 15 })
  return log.toString('utf8')
}
